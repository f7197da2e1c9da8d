# Everything one does with Serai. `make` alone lists it.
# Settings are environment variables, see src/main/resources/application.properties:  PAGE_PORT=8081 make start

MVN ?= mvn
JAVA ?= java
PIPELINE ?=
DATASET ?=
FROM ?=
TO ?=
MODE ?=
DAY ?=
DAYS ?=
SQL ?=
NAME ?=
SOURCE ?=
SAMPLE ?=
KEY ?=
RECORD ?=
TOPIC ?=
FILE ?=
ROWS ?= 1000000
SECONDS ?= 300
USERS ?= 40000
# Of the process that MongoDB's stand-in runs in; for USERS=200000 it takes 12g.
HEAP ?= 4g
BENCH ?= archive
BENCHES := archive mqtt sensors sensors-steady nodes community page start peers all
BENCH_CLASS = dev.serai.$(strip $(if $(filter archive,$(BENCH)),archive.ArchiveBench $(ROWS)) \
  $(if $(filter mqtt,$(BENCH)),mqtt.MqttBench $(ROWS)) $(if $(filter sensors,$(BENCH)),bench.SensorsBench $(ROWS)) \
  $(if $(filter sensors-steady,$(BENCH)),bench.SensorsSteadyBench $(SECONDS)) \
  $(if $(filter nodes,$(BENCH)),bench.NodesBench $(ROWS)) \
  $(if $(filter community,$(BENCH)),bench.CommunityBench $(USERS)) $(if $(filter start,$(BENCH)),bench.StartBench) \
  $(if $(filter page,$(BENCH)),bench.PageBench $(ROWS) $(USERS)) \
  $(if $(filter peers,$(BENCH)),bench.PeersBench $(ROWS) $(USERS)) $(if $(filter all,$(BENCH)),bench.AllBenches $(ROWS) $(SECONDS) $(USERS) $(HEAP)))
export SQL DAYS DATASET DAY
LINES ?= 20
FAULT ?=
SEED ?=
SOAK ?=
NODES ?=
RANDOM ?=
OUTAGE ?=

SERAI := .serai
# Newer than all sources after a build; jar and class path themselves are left alone when nothing in them changes.
BUILT := target/built
SOURCES := pom.xml $(shell find src -type f)
LAUNCHER_FLAGS := -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1
# Where the stores run: docker, with an engine that has compose, or local, in processes of this machine. What was started
# last counts until it is stopped; STACK=local or STACK=docker chooses.
CHOSEN := $(SERAI)/stack.kind
RUNS := $(shell cat $(CHOSEN) 2>/dev/null)
ifndef STACK
  STACK := $(or $(RUNS),$(shell docker compose version >/dev/null 2>&1 && docker info >/dev/null 2>&1 && echo docker || echo local))
endif
# The launcher and the stack run from a copy of their own: a build that fails or `mvn clean` takes nothing from under them.
LOCAL_LAUNCHER = $(JAVA) $(LAUNCHER_FLAGS) -cp $(SERAI)/stack.jar:$$(cat $(SERAI)/stack.classpath) dev.serai.stack.Launcher
LAUNCHER = $(if $(filter docker,$(STACK)),docker/compose.sh,$(LOCAL_LAUNCHER))
LOGS = $(SERAI)/log/stack.log $(SERAI)/log/simulators.log $(SERAI)/log/serai.log $(wildcard $(SERAI)/log/serai-[0-9]*.log)

.DEFAULT_GOAL := help
.PHONY: help start stop status logs env run pause resume replay quality quality-drill rebuild verify archive-list archive-query restore forget move catalogue validate new-pipeline publish prove bench capacity docs test audit check clean jdk built stack

help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

start: stack $(if $(filter local,$(STACK)),jdk $(BUILT)) ## Start stores, simulators and Serai; returns when all are healthy. STACK=docker|local chooses, NODES=3 starts three Serais
	@mkdir -p $(dir $(CHOSEN)) && echo $(STACK) > $(CHOSEN)
	@$(LAUNCHER) start

stop: stack ## Stop what was started; the data stay
	@if [ $(STACK) = docker ] || [ -f $(SERAI)/stack.jar ]; then $(LAUNCHER) stop; else echo "Nothing runs."; fi
	@rm -f $(CHOSEN)

status: built ## Show the processes and the pipelines with their next times; fails unless all processes are healthy
	@$(LAUNCHER) status; healthy=$$?; echo; $(LAUNCHER) exec pipelines && exit $$healthy

logs: ## Show and follow the logs; FOLLOW=no only shows, LINES=50 shows more
ifeq ($(STACK),docker)
	@LINES=$(LINES) FOLLOW=$(FOLLOW) $(LAUNCHER) logs
else
	@[ -d $(SERAI)/log ] || { echo "There are no logs yet: make start" >&2; exit 1; }
	@touch $(LOGS); tail -n $(LINES) $(if $(filter no,$(FOLLOW)),,-F) $(LOGS)
endif

env: built ## Print the addresses and logins for a shell: eval "$(make -s env)"; psql
	@$(LAUNCHER) env

run: built ## Run a pipeline now: make run PIPELINE=users; without a name it lists them
	@$(LAUNCHER) exec run "$(PIPELINE)"

pause: built ## Let a pipeline rest until it is resumed, over restarts too: make pause PIPELINE=users
	@$(LAUNCHER) exec pause "$(PIPELINE)"

resume: built ## Let a paused pipeline go on: make resume PIPELINE=users
	@$(LAUNCHER) exec resume "$(PIPELINE)"

replay: built ## Load what is landed or in the dead letter: make replay PIPELINE=users; or a day of raw messages again: PIPELINE=sensors DAY=2026-11-20
	@$(LAUNCHER) exec replay "$(PIPELINE)" "$$DAY"

quality: built ## Check all datasets now and print what was found; fails if a check of severity error does
	@$(LAUNCHER) exec quality

quality-drill: jdk $(BUILT) ## Inject faults into a throw-away stack: was each rejected, flagged or missed? Fails if one was missed
	@$(JAVA) -Xmx512m -XX:+UseSerialGC -cp target/classes:target/test-classes:$$(cat target/stack.classpath) dev.serai.quality.QualityDrill

rebuild: built ## Load landed answers again beside their table, show the difference: make rebuild DATASET=ads.impression FROM=2026-11-20 TO=2026-11-21
	@$(LAUNCHER) exec rebuild "$(DATASET)" "$(FROM)" "$(TO)" "$(MODE)"

verify: built ## Compare tables with their source, row by row; fails unless they are equal
	@$(LAUNCHER) exec verify

archive-list: built ## List the archived objects with their certificates, as CSV
	@$(LAUNCHER) exec archive-list

archive-query: built ## Ask the archive: make archive-query SQL="select count(*) from ads_impression" DAYS=2026-11-01..2026-11-07
	@$(LAUNCHER) exec archive-query "$$SQL" "$$DAYS"

restore: built ## Put an archived day back: make restore DATASET=ads.impression DAY=2026-11-01
	@$(LAUNCHER) exec restore "$$DATASET" "$$DAY"

forget: built ## Erase a person everywhere: make forget UID=the uid of a user, or the id of one of the community; without UID all again, after a restore
	@$(LAUNCHER) exec forget "$(if $(filter command%,$(origin UID)),$(UID))"

move: jdk $(BUILT) ## Copy what the local stack keeps into containers that have nothing yet; then STACK=docker make start
	@[ -z "$(RUNS)" ] || { echo "The $(RUNS) stack runs: make stop" >&2; exit 1; }
	@docker/move.sh $(LOCAL_LAUNCHER)

catalogue: built ## Write what data there are into target/catalogue: one HTML file to mail, ODCS contracts, a data package
	@$(LAUNCHER) exec catalogue target/catalogue

validate: jdk $(BUILT) ## Check the files in routes/ without running them: file, line, what is wrong, what would be right
	@$(LAUNCHER) validate

new-pipeline: jdk $(BUILT) ## Write a new pipeline: NAME=energy FROM=http|mqtt|mongo SOURCE=its address SAMPLE=one record; docs/tutorial-new-pipeline.md
	@$(LOCAL_LAUNCHER) exec new-pipeline "$(NAME)" "$(FROM)" "$(SOURCE)" "$(SAMPLE)" "$(KEY)" "$(RECORD)"

publish: built ## Send each line of a file to the broker: make publish TOPIC=sensors/1 FILE=message.json
	@$(LAUNCHER) exec publish "$(TOPIC)" "$(FILE)"

prove: jdk $(BUILT) ## Break everything under load in a throw-away plant, compare all records: FAULT=name[,name] SEED=n RANDOM=n NODES=3 OUTAGE=10m SOAK=2h
	@$(JAVA) -Xmx$(if $(SOAK),3g,1g) -XX:+UseSerialGC -cp target/classes:target/test-classes:$$(cat target/stack.classpath) dev.serai.prove.Prove \
	  "FAULT=$(FAULT)" "SEED=$(SEED)" "SOAK=$(SOAK)" "RANDOM=$(RANDOM)" "OUTAGE=$(OUTAGE)" "NODES=$(NODES)"

bench: jdk $(BUILT) ## Measure: BENCH=archive, mqtt, sensors (each ROWS=1000000), sensors-steady (SECONDS=300), nodes (ROWS), community (USERS=40000), page (both), start, peers; all writes docs/benchmarks.md
	@[ -n "$(filter $(BENCHES),$(BENCH))" ] || { echo "BENCH must be one of $(BENCHES), was \"$(BENCH)\"" >&2; exit 1; }
	@$(JAVA) -Xmx$(if $(filter community peers,$(BENCH)),$(HEAP),512m) -XX:+UseSerialGC -Dlog4j2.configurationFile=log4j2-stack.xml -cp target/classes:target/test-classes:$$(cat target/stack.classpath) $(BENCH_CLASS)

capacity: jdk $(BUILT) ## Print what plants of several sizes carry, survive and cost: the tables of docs/design-at-scale.md
	@$(JAVA) -cp target/test-classes dev.serai.capacity.Capacity

docs: jdk $(BUILT) ## Write the generated parts of docs/how-it-works.md and docs/settings.md anew, from routes, dataset files and settings
	@$(JAVA) -cp target/test-classes:$$(cat target/stack.classpath) dev.serai.docs.GeneratedParts

test: jdk ## Run the tests that take less than ten minutes together; TEST=Name runs one, also of the long ones
	@$(MVN) -B --no-transfer-progress $(if $(TEST),-Dtest=$(TEST),-DexcludedGroups=long) test

audit: jdk ## Check the vulnerabilities in SECURITY.md against the libraries in use, and list those in target/bom.json (CycloneDX)
	@$(MVN) -B --no-transfer-progress -Dtest=KnownVulnerabilitiesTest test cyclonedx:makeBom

check: jdk ## Run what CI runs: format, static checks, all tests, also the long ones, and a start from a fresh copy
	@$(MVN) -B --no-transfer-progress -Dkills=10 verify

clean: ## Stop and delete everything built and ALL DATA; asks first unless YES=1
	@if [ "$(YES)" != 1 ]; then \
	  printf 'Delete target/ and all data of the $(STACK) stack? [y/N] '; read answer; [ "$$answer" = y ] || exit 1; fi
	@$(MAKE) -s stop
	@if [ $(STACK) = docker ]; then $(LAUNCHER) clean; fi
	@rm -rf target $(SERAI)

stack:
	@case "$(STACK)" in local|docker) ;; *) echo "STACK must be local or docker, was \"$(STACK)\"" >&2; exit 1;; esac
	@[ -z "$(RUNS)" ] || [ "$(RUNS)" = $(STACK) ] || { echo "The $(RUNS) stack runs: make stop" >&2; exit 1; }

jdk:
	@command -v $(JAVA) >/dev/null || { echo "Java is missing: install a JDK, version 17 or later" >&2; exit 1; }
	@command -v javac >/dev/null || { echo "javac is missing: Java here is only a runtime, install a JDK, version 17 or later" >&2; exit 1; }
	@version=$$(javac -version 2>&1 | sed 's/^javac \([0-9]*\).*/\1/'); [ "$$version" -ge 17 ] 2>/dev/null || \
	  { echo "JDK 17 or later is needed; this is $$version (JAVA_HOME=$$JAVA_HOME)" >&2; exit 1; }

built:
	@[ $(STACK) = docker ] || [ -f $(SERAI)/stack.jar ] || { echo "Not built yet: make start" >&2; exit 1; }

# The whole output is in the log; here only how far it is, because the first build downloads for minutes.
$(BUILT): $(SOURCES)
	@command -v $(MVN) >/dev/null || { echo "Maven is missing: install it, version 3.8 or later" >&2; exit 1; }
	@mkdir -p target $(SERAI)/log
	@echo "Building; all of it is in $(SERAI)/log/build.log"
	@{ $(MVN) -B -DskipTests package 2>&1; echo $$? > target/build.exit; } | tee $(SERAI)/log/build.log | \
	  awk '/Downloaded from/ && ++count % 25 == 0 { printf "  %d files downloaded\n", count; fflush() }'
	@[ "$$(cat target/build.exit)" = 0 ] || \
	  { echo "The build failed:" >&2; tail -n 40 $(SERAI)/log/build.log >&2; exit 1; }
	@jar --create --file $(SERAI)/stack.jar.new -C target/classes dev/serai/settings -C target/classes dev/serai/tls -C target/classes application.properties \
	  -C target/test-classes dev/serai/stack -C target/test-classes log4j2-stack.xml
	@cp target/stack.classpath $(SERAI)/stack.classpath && mv $(SERAI)/stack.jar.new $(SERAI)/stack.jar
	@touch $(BUILT)
