// Package checks looks at the rendered manifests with the code that clusters run: validate.sh calls it.
package checks

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"sigs.k8s.io/yaml"
)

type object struct {
	Kind     string
	Metadata struct{ Name string }
	raw      []byte
}

// rendered has the objects of every overlay, by the name of its file. RENDERED says where these files are.
func rendered(t *testing.T) map[string][]object {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(os.Getenv("RENDERED"), "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("RENDERED has no manifests: run k8s/validate.sh (%v)", err)
	}
	all := map[string][]object{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, document := range bytes.Split(text, []byte("\n---\n")) {
			one := object{raw: document}
			read(t, document, &one)
			all[filepath.Base(file)] = append(all[filepath.Base(file)], one)
		}
	}
	return all
}

func read(t *testing.T, document []byte, into any) {
	t.Helper()
	if err := yaml.Unmarshal(document, into); err != nil {
		t.Fatal(err)
	}
}
