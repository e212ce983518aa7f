package checks

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql"
)

type dashboard struct {
	Panels []struct {
		Title   string
		Targets []struct{ Expr string }
	}
}

// observed are the series of a pod in which everything has happened.
func observed() []series {
	all := calls(9, 1)
	for _, name := range []string{"http_server_requests_seconds_sum", "http_server_requests_seconds_max"} {
		all = with(all, name, "uri", "/v1/threads", growing(0.1))
	}
	for _, state := range []string{"idle", "used", "opening"} {
		all = with(all, "bobbin_pool_connections", "state", state, always(1))
	}
	for _, timer := range []string{"bobbin_pool_acquire_seconds", "bobbin_database_wakes_seconds"} {
		for _, part := range []string{"_count", "_sum", "_max"} {
			all = with(all, timer+part, "", "", growing(0.01))
		}
	}
	all = with(all, "bobbin_pool_waiting", "", "", always(0))
	all = with(all, "bobbin_pool_pings_total", "result", "dead", growing(0.01))
	all = with(all, "bobbin_pool_discards_total", "reason", "idle", growing(0.01))
	all = with(all, "bobbin_database_retries_total", "reason", "unknown", growing(0.01))
	for _, status := range []string{"2xx", "5xx"} {
		all = append(all, series{"bobbin_tenant_calls_total", []string{"status", status, "tenant", "acme"}, growing(1)})
	}
	for _, name := range []string{"bobbin_tenant_received_bytes_total", "bobbin_tenant_sent_bytes_total"} {
		all = with(all, name, "tenant", "acme", growing(100))
	}
	for _, name := range []string{"jvm_memory_used_bytes", "process_cpu_usage", "system_cpu_count"} {
		all = with(all, name, "", "", always(1))
	}
	return all
}

func TestDashboard(t *testing.T) {
	var found []dashboard
	for _, object := range rendered(t)["variants.yaml"] {
		var config struct {
			Metadata struct{ Labels map[string]string }
			Data     map[string]string
		}
		read(t, object.raw, &config)
		if config.Metadata.Labels["grafana_dashboard"] == "1" {
			for _, text := range config.Data {
				var one dashboard
				if err := json.Unmarshal([]byte(text), &one); err != nil {
					t.Fatal(err)
				}
				found = append(found, one)
			}
		}
	}
	if len(found) != 1 || len(found[0].Panels) < 15 {
		t.Fatalf("variants.yaml has %d dashboards", len(found))
	}
	// what Grafana puts in their place
	variables := strings.NewReplacer("$__rate_interval", "5m", "$__range", "1h", "$namespace", ".*")
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1e6, Timeout: time.Minute})
	for _, panel := range found[0].Panels {
		for _, target := range panel.Targets {
			// the states that the database is not in have no points
			state := strings.Contains(target.Expr, "} == 1")
			seen := points(t, engine, variables.Replace(target.Expr), observed()) > 0
			if !state && !seen {
				t.Errorf("%s: nothing to see of %s", panel.Title, target.Expr)
			}
			if state && seen != strings.Contains(target.Expr, "awake") {
				t.Errorf("%s: another state than awake is seen by %s", panel.Title, target.Expr)
			}
			if points(t, engine, variables.Replace(target.Expr), nil) > 0 {
				t.Errorf("%s: there is something to see without a pod by %s", panel.Title, target.Expr)
			}
		}
	}
}

// points counts what a panel draws.
func points(t *testing.T, engine *promql.Engine, expr string, given []series) int {
	t.Helper()
	begin := time.Unix(0, 0)
	query, err := engine.NewRangeQuery(t.Context(), samples(given), nil, expr, begin, begin.Add(during), scrape)
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	defer query.Close()
	matrix, err := query.Exec(t.Context()).Matrix()
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	seen := 0
	for _, line := range matrix {
		seen += len(line.Floats)
	}
	return seen
}
