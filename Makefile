# High Water: `make` runs every chapter, `make check` proves it, `make help` lists the rest.
#
# The first half is for people: short targets that ask the driver (lab/driver, Python). The second
# half, from "Building" on, compiles one configuration into build/<configuration>/; the targets
# above call it in a make of its own, in parallel. Sources are found by pattern: a new lab
# file, test or chapter needs no change here.

PYTHON ?= /usr/bin/python3
ifeq ($(origin CC),default)
CC := gcc
endif
export CC PYTHON

# What a student may say on the command line goes to the driver, and from it to the program.
OPTIONS = --config='$(CONFIG)' $(if $(CHAPTER),--chapter='$(CHAPTER)') $(if $(KEYS),--keys='$(KEYS)') \
          $(if $(SEED),--seed='$(SEED)') $(if $(DESIGN),--design='$(DESIGN)') \
          $(if $(LIMIT),--limit='$(LIMIT)') $(if $(ROUNDS),--rounds='$(ROUNDS)') $(SIZING) \
          $(if $(TRACE),--trace='$(TRACE)') $(DESK)
# Chapter 14 sizes maps. A description may hold quotes and new lines, so the shell takes it
# from its environment, where make has put it.
SIZING  = $(if $(ENTRIES),--keys='$(ENTRIES)') $(if $(PAIR),--pair='$(PAIR)') \
          $(if $(TYPE),--type="$$TYPE") $(if $(GOGC),--gogc='$(GOGC)') \
          $(if $(BUDGET),--budget='$(BUDGET)') $(if $(CHAPTER),,$(if $(PAIR)$(TYPE),--chapter=14))
# Chapter 18's desk; a name may hold quotes too. `make bisect` has a WHO of its own.
DESK    = $(if $(PATIENT),--patient='$(PATIENT)') $(if $(INSTRUMENT),--instrument='$(INSTRUMENT)') \
          $(if $(SAYS),--says='$(SAYS)') $(if $(WHO),--who="$$WHO")
ONE_DRILL = $(if $(DRILL),--drill='$(DRILL)') $(if $(HINT),--hint='$(HINT)')
# `make grade OUT=folder`; below, OUT is where things are built.
export GRADES := $(if $(filter command,$(origin OUT)),$(OUT))
DRIVER  = $(PYTHON) lab/driver/hw.py
SETUP   = sh lab/driver/setup.sh

CORES := $(shell nproc 2>/dev/null || echo 2)
BUILD  = $(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(CORES))
IF_CLANG = @if command -v clang >/dev/null; then

.DEFAULT_GOAL := all

## Run
.PHONY: all check retain bench iter versions size desk dot diagram claims peers
all: setup programs-built  ## set up, build, run every chapter, print the claims ledger
	@$(DRIVER) all $(OPTIONS)
check: setup            ## set up and verify everything: tests, goldens, claims, prose
	+@$(BUILD) programs tests folded CHAPTER=
	+@$(BUILD) ctrl-tests folded CHAPTER= CONFIG=portable
	+@$(BUILD) lab-tests CHAPTER= CONFIG=asan
	+$(IF_CLANG) $(BUILD) judged folded CHAPTER= CONFIG=clang; fi
	@sh lab/driver/check.sh $(PYTEST)
retain bench iter versions: programs-built  ## run that target of CHAPTER=01, or of all that have it
	@$(DRIVER) $@ $(OPTIONS)
size: programs-built    ## what a map takes: TYPE='string,{int32,int,string,*T}' ENTRIES=3500000 GOGC=100
	@$(DRIVER) $@ $(OPTIONS)
desk: programs-built    ## chapter 18: PATIENT=3 INSTRUMENT=profile reads, PATIENT=3 SAYS=leak judges, WHO=name
	@$(DRIVER) $@ $(OPTIONS) $(if $(CHAPTER),,--chapter=18)
dot diagram: programs-built  ## draw the chapter's pictures from live memory into build/
	@$(DRIVER) diagram $(OPTIONS)
claims: programs-built  ## the ledger: every claim, its scope, its verdict
	@$(DRIVER) claims $(OPTIONS)
peers: setup            ## the maps beside Abseil's, Go's, Rust's, ..., measured in one run (3 minutes)
	@$(DRIVER) peers $(OPTIONS)

## Read
.PHONY: book
book:                   ## the chapters as one web site: build/book/index.html (with pandoc)
	@$(SETUP) install pandoc
	@$(DRIVER) book

## Drill
.PHONY: predict drill hint progress bisect
predict:                ## CHAPTER=01 asks before you run, then compares (ANSWERS=file); without, how well you judge
	@$(DRIVER) predict $(OPTIONS) $(if $(ANSWERS),--answers="$$ANSWERS")
drill: setup drill-lab  ## CHAPTER=07 begins a drill, then tries what you wrote (DRILL=name); without, where you left
	@$(DRIVER) drill $(OPTIONS) $(ONE_DRILL)
hint:                   ## the next hint for it
	@$(DRIVER) hint $(OPTIONS) $(ONE_DRILL)
progress:               ## all drills, and where you are with each
	@$(DRIVER) progress $(OPTIONS)
bisect: setup           ## chapter 12: which revision holds more memory? CHECK=mine.c (or mine.py) decides
	@$(DRIVER) bisect $(if $(SEED),--seed='$(SEED)') $(foreach option,CHECK WHO BROKEN HINT REPOSITORY,\
	    $(if $($(option)),--$(shell echo $(option) | tr A-Z a-z)='$($(option))'))

## Teach
.PHONY: show handin grade handout mark
show: programs-built    ## CHAPTER=01 on a projector: prose, a pause for each prediction, live runs, pictures
	@$(DRIVER) show $(OPTIONS)
handout:                ## a sheet of questions with numbers of its own: WHO=ada, or CLASS=names.txt
	@$(DRIVER) handout $(OPTIONS) $(if $(CLASS),--class="$$CLASS")
mark: programs-built    ## how WHO=ada answered hers (ANSWERS=file if it lies elsewhere): the lab is the key
	@$(DRIVER) mark $(OPTIONS) $(if $(ANSWERS),--answers="$$ANSWERS")

handin:                 ## what WHO=ada did in this clone, gathered to hand in: build/handin/ada.zip
	@$(DRIVER) handin $(if $(WHO),--who="$$WHO")
grade: programs-built drill-lab  ## SUBMIT=folder, one submission or many, into OUT=build/grades: reports, results.json, class.csv
	@$(DRIVER) grade $(if $(SUBMIT),--submit="$$SUBMIT") $(if $(GRADES),--out="$$GRADES")

## Verify
.PHONY: test asan mutants layers inlined oracle
test: build             ## the Criterion tests of the lab and the chapters (or of CHAPTER=01)
	@$(DRIVER) test $(OPTIONS)
asan: setup             ## the same under the address and undefined-behaviour sanitizers
	+@$(BUILD) tests CONFIG=asan
	@$(DRIVER) test $(OPTIONS) --config=asan
mutants: setup          ## break the lab on purpose, fault by fault: is each noticed? CHAPTER=04, NAME=clear-forgets
	+@$(BUILD) tests CHAPTER=
	@$(DRIVER) mutants $(OPTIONS) $(if $(filter command,$(firstword $(origin NAME))),--name='$(NAME)')
layers:                 ## does every #include point downwards (lab/LAYERS)?
	@$(DRIVER) layers
inlined: folded-built   ## is there an indirect call in a typed map?
	@$(DRIVER) inlined
oracle: setup           ## ask the real Go and Rust where they are found; hold the models against them
	+@$(BUILD) oracle-models
	@$(DRIVER) oracle $(OPTIONS)

## Record
.PHONY: golden prose
golden: setup programs-built  ## run everything, show what changed, write it; fails if anything changed
	@$(DRIVER) golden $(OPTIONS)
prose:                  ## the same for prose, plots and typed numbers, from the runs as they are recorded
	@$(DRIVER) prose $(OPTIONS)

## Look after
.PHONY: setup doctor help clean
setup:                  ## install what is missing, after saying what
	@$(SETUP) install
doctor:                 ## say what is there and what is missing, and for what
	@$(SETUP) look
help:                   ## this list
	@$(DRIVER) help
clean:                  ## remove build/, but for handouts: answers may stand in them
	rm -rf $(if $(wildcard build/handouts),$(filter-out build/handouts,$(wildcard build/*)),build)

.DEFAULT:
	$(error there is no target "$@"; `make help` lists them)

# Build in a make of its own.
.PHONY: build programs-built folded-built drill-lab
build: setup            ## compile the lab, the chapters and their tests
	+@$(BUILD) programs tests
programs-built:
	+@$(BUILD) programs
drill-lab:              # drills are linked with a lab under sanitizers
	+@$(BUILD) library CONFIG=asan CHAPTER=
folded-built:
	+@$(BUILD) folded
	+@$(BUILD) folded CONFIG=portable
	+$(IF_CLANG) $(BUILD) folded CONFIG=clang; fi
	+$(IF_CLANG) $(BUILD) folded CONFIG=clang-portable; fi

# --- Building one configuration ------------------------------------------------------------

CONFIG ?= default
override OUT := build/$(CONFIG)

FLAGS_portable       := -DCTRL_PORTABLE
FLAGS_clang-portable := -DCTRL_PORTABLE
FLAGS_asan := -Og -g1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
ifneq ($(filter clang%,$(CONFIG)),)
override CC := clang
endif

CFLAGS   ?= -O2 -g
STANDARD := -std=c17 -D_GNU_SOURCE -Ilab
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wcast-qual
COMPILE   = $(CC) $(STANDARD) $(CFLAGS) $(WARNINGS) $(FLAGS_$(CONFIG))
LINK      = $(CC) $(CFLAGS) $(LDFLAGS) $(FLAGS_$(CONFIG))

# $(call objects,lab/heap/heap.c) is build/default/lab/heap/heap.o
objects  = $(1:%.c=$(OUT)/%.o)

LAB      := $(filter-out lab/program/main.c lab/tests/% lab/driver/% lab/oracle/% lab/peers/%,\
              $(wildcard lab/*/*.c))
MAIN     := lab/program/main.c
HELPERS  := $(filter-out lab/tests/test_%,$(wildcard lab/tests/*.c))
LAB_TESTS := $(wildcard lab/tests/test_*.c)
# Those that meet a control word, which is all that the portable configuration changes.
CTRL_TESTS := $(filter $(addprefix lab/tests/test_,ctrl.c map_type.c design.c size.c swiss% bucket% hashbrown%),$(LAB_TESTS))
CHAPTERS := $(patsubst %/,%,$(wildcard chapters/[0-9][0-9]-*/))
ifneq ($(CHAPTER),)     # 01, 1, 01-delete-retains or delete-retains: only this one is built
number   = $(firstword $(subst -, ,$(notdir $(1))))
called   = $(notdir $(1)) $(number) $(patsubst 0%,%,$(number)) $(patsubst $(number)-%,%,$(notdir $(1)))
CHAPTERS := $(foreach chapter,$(CHAPTERS),$(if $(filter $(CHAPTER),$(call called,$(chapter))),$(chapter)))
LAB_TESTS :=
endif
LIBRARY  := $(OUT)/liblab.a

# The typed maps: the compiler folds one source for each, so they hold no indirect call.
FOLDED   := $(wildcard lab/swiss/swiss_u64.c lab/swiss/swiss_u32.c lab/swiss/swiss_str.c lab/swiss/swiss_wide.c \
                       lab/bucket/bucket_u64.c lab/bucket/bucket_u32.c lab/bucket/bucket_str.c lab/bucket/bucket_wide.c \
                       lab/hashbrown/hashbrown_u64.c lab/hashbrown/hashbrown_u32.c lab/hashbrown/hashbrown_str.c lab/hashbrown/hashbrown_wide.c)

# A chapter's C without its tests, its tests, and the names of its two programs.
slug     = $(subst -,_,$(patsubst $(firstword $(subst -, ,$(notdir $(1))))-%,%,$(notdir $(1))))
chapter_sources = $(filter-out $(1)/test_%,$(wildcard $(1)/*.c))
chapter_tests   = $(wildcard $(1)/test_*.c)
program  = $(OUT)/$(1)/$(call slug,$(1))
tester   = $(OUT)/$(1)/test_$(call slug,$(1))

WITH_PROGRAM := $(foreach chapter,$(CHAPTERS),$(if $(call chapter_sources,$(chapter)),$(chapter)))
WITH_TESTS   := $(foreach chapter,$(WITH_PROGRAM),$(if $(call chapter_tests,$(chapter)),$(chapter)))

.PHONY: library programs tests lab-tests ctrl-tests folded judged
library: $(LIBRARY)
programs: $(foreach chapter,$(WITH_PROGRAM),$(call program,$(chapter)))
lab-tests: $(LAB_TESTS:%.c=$(OUT)/%)
ctrl-tests: $(CTRL_TESTS:%.c=$(OUT)/%)
tests: lab-tests $(foreach chapter,$(WITH_TESTS),$(call tester,$(chapter)))
folded: $(call objects,$(FOLDED))
library programs tests lab-tests ctrl-tests folded judged:
	@:

define chapter_rules
$(call program,$(1)): $(call objects,$(call chapter_sources,$(1)) $(MAIN)) $(LIBRARY)
$(call tester,$(1)): $(call objects,$(call chapter_sources,$(1)) $(call chapter_tests,$(1))) $(LIBRARY)
$(call tester,$(1)): LIBRARIES := -lcriterion
endef
$(foreach chapter,$(WITH_PROGRAM),$(eval $(call chapter_rules,$(chapter))))

$(LAB_TESTS:%.c=$(OUT)/%): $(OUT)/%: $(OUT)/%.o $(call objects,$(HELPERS)) $(LIBRARY)
$(LAB_TESTS:%.c=$(OUT)/%): LIBRARIES := -lcriterion

PROGRAMS := $(foreach chapter,$(WITH_PROGRAM),$(call program,$(chapter)) $(call tester,$(chapter))) \
            $(LAB_TESTS:%.c=$(OUT)/%)
QUIET := $(if $(V),,@)
say    = $(if $(V),,@echo "  $(1)")

$(PROGRAMS):
	$(call say,LD $@)
	$(QUIET)$(LINK) $(filter %.o,$^) $(LIBRARY) $(LIBRARIES) -lm -o $@

$(LIBRARY): $(call objects,$(LAB)) $(OUT)/members
	$(call say,AR $@)
	$(QUIET)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

# What the compiler said stays beside the object, so that `make check` still sees a warning
# of a file that was compiled long ago.
$(OUT)/%.o: %.c $(OUT)/flags
	$(call say,CC $<)
	$(QUIET)mkdir -p $(@D)
	$(QUIET)$(COMPILE) -MMD -MP -c $< -o $@ 2>$(@:.o=.warnings); \
	    status=$$?; cat $(@:.o=.warnings) >&2; exit $$status

# What a second compiler thinks of every source costs less than what it would make of it.
$(OUT)/%.judged: %.c $(OUT)/flags
	$(QUIET)mkdir -p $(@D)
	$(QUIET)$(COMPILE) -fsyntax-only -MMD -MP -MT $@ -MF $(@:.judged=.d) $< 2>$(@:.judged=.warnings); \
	    status=$$?; cat $(@:.judged=.warnings) >&2; [ $$status -ne 0 ] || touch $@; exit $$status

# Other flags or another compiler: everything is compiled again. Another list of files: the
# library is made anew, so that nothing of a removed file stays in it.
$(OUT)/flags: STAMP = $(COMPILE)
$(OUT)/members: STAMP = $(LAB)
$(OUT)/flags $(OUT)/members: force
	@mkdir -p $(@D)
	@echo '$(STAMP)' | cmp -s - $@ || echo '$(STAMP)' >$@
.PHONY: force
force:

# The rooms with programs of their own: the oracle's, the peers'.
-include $(wildcard lab/*/*.mk)

OBJECTS := $(call objects,$(LAB) $(MAIN) $(HELPERS) $(LAB_TESTS) $(wildcard $(CHAPTERS:%=%/*.c)))
judged: $(patsubst %.o,%.judged,$(filter-out $(call objects,$(FOLDED)),$(OBJECTS)))
-include $(wildcard $(OBJECTS:.o=.d))
