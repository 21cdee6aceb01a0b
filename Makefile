# Every target is a command of infra/bin/sluice; settings come from the environment or the command line:
#   make up APIS=2 WORKERS=3 SLUICE_PORT=9080
.DEFAULT_GOAL := help
.PHONY: help run up down status start-mlflow start-grafana deploy-all dead-letters clean-state build test test-fast integration model-test chaos soak train-rings locust locust-web traffic retrain notebook flow-test container-test demo-loop bench-quick bench-peers bench-limit bench-log bench-growth bench-memory bench-micro
SLUICE := infra/bin/sluice

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  Settings: $(SLUICE) help"

run: ## set up what changed, start everything, show an answer; Ctrl-C stops it all
	@$(SLUICE) run

up: ## the same in the background (APIS=2 WORKERS=3 starts several)
	@$(SLUICE) up

down: ## stop everything
	@$(SLUICE) down

status: ## each process with its id, state, addresses and log
	@$(SLUICE) status

start-mlflow: ## only MLflow, on Postgres and an S3 store, in the background
	@$(SLUICE) start-mlflow

start-grafana: ## Grafana with the dashboards, for the running system (needs grafana; otherwise: the monitor's /dashboards/)
	@$(SLUICE) start-grafana

deploy-all: ## everything in containers: stores, monitoring, orchestration (needs docker with Compose)
	@$(SLUICE) deploy-all

dead-letters: ## list jobs that failed permanently (show, resend, drop: infra/bin/sluice dead-letters)
	@$(SLUICE) dead-letters list

clean-state: ## delete queues, models, cache and logs (everything must be down)
	@$(SLUICE) clean-state

build: ## build the Java modules and the Python environment
	@$(SLUICE) build

test: ## run the tests: shell, Python, Java, end to end
	@$(SLUICE) test

test-fast: ## while you write: the Java tests that take less than a second each
	@$(SLUICE) test-fast

integration: ## tests with programs of others: S3 store, nginx, Prometheus, Kubernetes tools, Schemathesis, Jupyter
	@$(SLUICE) integration

model-test: ## test the queue protocol against its model, with the table of guards
	@$(SLUICE) model-test

chaos: ## every fault and attack in the long form, on each Redis version, with the table of faults
	@$(SLUICE) chaos

soak: ## rows at 70 % of the capacity for 30 minutes: nothing may grow
	@$(SLUICE) soak

train-rings: ## train the molecule-rings models again (installs torch: gigabytes)
	@$(SLUICE) train-rings

locust: ## load test of the running API: 20 users, 60 seconds (SHAPE=steps, spike or soak)
	@$(SLUICE) locust $(if $(SHAPE),--shape $(SHAPE))

locust-web: ## load test with Locust's web page on http://127.0.0.1:8089
	@$(SLUICE) locust --web-host 127.0.0.1

traffic: ## send a loan application with its label every 0.1 s until Ctrl-C (DRIFT=0.4 shifts them)
	@$(SLUICE) traffic $(if $(DRIFT),--drift $(DRIFT))

retrain: ## train loan-approval on served predictions with labels; promote it if it is better
	@$(SLUICE) retrain

notebook: ## JupyterLab with a notebook that trains a model, registers it, rolls it out and predicts (Sluice must be up)
	@$(SLUICE) notebook

flow-test: ## the retraining by Prefect, Airflow and by hand: the same data, the same figures (gigabytes)
	@$(SLUICE) flow-test

container-test: ## build the images, run the core services from them, send requests (5 minutes; SKIPPED without Docker)
	@$(SLUICE) container-test

demo-loop: ## run drift, alert, retraining and rollout on this machine, step by step (6 minutes)
	@$(SLUICE) demo-loop

bench-quick: ## Sluice and its peers, main figures only (5 minutes)
	@$(SLUICE) bench quick

bench-peers: ## Sluice and its peers, all figures (30 minutes)
	@$(SLUICE) bench whole

bench-limit: ## pictures through Sluice and through the bare engine, alternating (5 minutes)
	@$(SLUICE) bench limit

bench-log: ## cost of the prediction log: with and without it, alternating (10 minutes)
	@$(SLUICE) bench log

bench-growth: ## how the cost grows with workers, waiting jobs, payload, models and rows (10 minutes)
	@$(SLUICE) bench growth

bench-memory: ## memory of Redis at 2,000 rows per second, without and with maxmemory 200mb (25 minutes)
	@$(SLUICE) bench memory

bench-micro: ## codec, validation, JSON, pictures, batches separately: time and bytes per operation (JMH, 5 minutes)
	@$(SLUICE) bench micro
