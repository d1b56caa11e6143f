# What every chapter's Makefile includes: its targets, handed to the Makefile at the top.

chapter := $(notdir $(CURDIR))
.DEFAULT_GOAL := help

# A file of answers is named from here.
answers = $(if $(filter-out -,$(ANSWERS)),ANSWERS='$(abspath $(ANSWERS))')

.PHONY: help predict drill hint retain bench iter versions size desk dot diagram test asan claims golden clean
predict drill hint retain bench iter versions size desk dot diagram test asan claims golden:
	@+$(MAKE) --no-print-directory -C ../.. $@ CHAPTER=$(chapter) $(answers)

help:
	@echo "In this chapter: make predict, then make retain | bench | iter | versions | size | desk (those it has), drill, hint,"
	@echo "test, diagram, claims, golden. From the top the same with CHAPTER=$(chapter)."

clean:
	rm -rf ../../build/*/chapters/$(chapter)

.DEFAULT:
	$(error there is no target "$@" in a chapter; `make help` lists them)
