# The oracle's program: the lab's models lead the lives of lab/oracle/scenarios.txt.

ORACLE_SOURCES := $(wildcard lab/oracle/*.c)
ORACLE         := $(OUT)/lab/oracle/oracle_models

.PHONY: oracle-models
oracle-models: $(ORACLE)
	@:
tests: $(ORACLE)

$(ORACLE): $(call objects,$(ORACLE_SOURCES)) $(LIBRARY)
	$(call say,LD $@)
	$(QUIET)$(LINK) $(filter %.o,$^) $(LIBRARY) -lm -o $@

-include $(wildcard $(patsubst %.c,$(OUT)/%.d,$(ORACLE_SOURCES)))
