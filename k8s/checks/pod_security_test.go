package checks

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// Every pod of every overlay is let into a namespace that enforces "restricted", by the API server's own checks.
func TestPodsAreRestricted(t *testing.T) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	judge := func(pod *corev1.PodTemplateSpec) policy.AggregateCheckResult {
		return policy.AggregateCheckResults(evaluator.EvaluatePod(restricted, &pod.ObjectMeta, &pod.Spec))
	}
	for file, objects := range rendered(t) {
		pods := 0
		for _, object := range objects {
			var workload struct {
				Spec struct {
					Template    *corev1.PodTemplateSpec
					JobTemplate struct {
						Spec struct{ Template *corev1.PodTemplateSpec }
					}
				}
			}
			switch object.Kind {
			case "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob":
			default:
				continue
			}
			read(t, object.raw, &workload)
			pods++
			pod := workload.Spec.Template
			if object.Kind == "CronJob" {
				pod = workload.Spec.JobTemplate.Spec.Template
			}
			if verdict := judge(pod); !verdict.Allowed {
				t.Errorf("%s: %s %s: %s", file, object.Kind, object.Metadata.Name, verdict.ForbiddenDetail())
			}
			// that the judge can say no
			pod.Spec.Containers[0].SecurityContext.Capabilities = nil
			if judge(pod).Allowed {
				t.Errorf("%s: %s: would be let in with capabilities", file, object.Metadata.Name)
			}
		}
		if pods == 0 {
			t.Errorf("%s has no pods", file)
		}
	}
}
