# `make` lists the targets. Each is one or two commands; docs/development.md explains them.
MVN := ./mvnw -B -ntp
ENGINE ?= docker
IMAGE ?= bobbin:local
NATIVE_IMAGE ?= bobbin:native

.DEFAULT_GOAL := help
.PHONY: help dev quick test it verify package image native native-image native-sources lint format sbom k8s clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

dev: ## run the service on port 8080 with an embedded Postgres, and recompile what you change
	$(MVN) quarkus:dev

quick: ## tests that need no Postgres and no package, without formatting and static analysis; under a minute
	$(MVN) -q -Dquick test -DexcludedGroups=postgres

test: ## tests that need no package; one class: make test T=PagingTest
	$(MVN) test $(if $(T),-Dtest=$(T))

it: ## package, then only the integration tests, all of them; one class: make it T=PagingIT
	$(MVN) verify -Dquick -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.excluded=none $(if $(T),-Dit.test=$(T))

verify: ## everything that CI checks
	.ci/run

package: ## target/quarkus-app, without tests
	$(MVN) package -DskipTests

image: ## the container image; ENGINE=podman builds it with podman
	$(ENGINE) build -f docker/Dockerfile -t $(IMAGE) .

native: ## the native binary, and the integration tests on it; needs GraalVM
	$(MVN) verify -Dnative -Dquick

native-image: ## the container image with the native binary
	$(ENGINE) build -f docker/Dockerfile.native -t $(NATIVE_IMAGE) .

native-sources: ## the sources of a native image, and whether they are complete; needs no GraalVM
	$(MVN) -q test-compile -Dquick
	.ci/native-sources

lint: ## formatting, Error Prone, NullAway; the workflows; the Python client with ruff and mypy, if installed
	$(MVN) -q compile -Dspotless.goal=check
	.ci/workflows
	@cd clients/python && if command -v ruff >/dev/null && command -v mypy >/dev/null; then ruff check . && ruff format --check . && mypy; \
	  else echo "ruff or mypy is not installed, the Python client was not checked: pip install -e 'clients/python[dev]'" >&2; fi

format: ## format the Java code, and the Python client if ruff is installed
	$(MVN) -q process-sources
	@cd clients/python && if command -v ruff >/dev/null; then ruff format . ; \
	  else echo "ruff is not installed, the Python client was left as it is" >&2; fi

sbom: ## target/bom.json, the CycloneDX SBOM of the packaged service
	$(MVN) -q package -DskipTests -Dquick -Psbom

k8s: ## check the Kubernetes manifests; needs Go
	k8s/validate.sh

clean: ## delete target/, and with it the database of make dev
	$(MVN) clean
