# The contestants of `make peers`, in one program: the lab's maps, and of the others those that
# the driver found and named in PEERS (absl glib std khash uthash).
PEERS ?=
CXX   ?= g++

LAB_PEERS    := $(foreach map,swiss bucket hashbrown,\
                  $(if $(wildcard lab/$(map)/$(map)_u64.h),$(map)))
LAB_OBJECTS  := $(LAB_PEERS:%=$(OUT)/lab/peers/peer_%.o)
PEER_OBJECTS := $(LAB_OBJECTS) $(PEERS:%=$(OUT)/lab/peers/peer_%.o) \
                  $(addprefix $(OUT)/lab/peers/,peers.o peer_run.o peer_keys.o)
PEER_LINK     = $(if $(filter absl std,$(PEERS)),$(CXX),$(CC)) $(CFLAGS) $(LDFLAGS)
PEER_PACKAGES = $(if $(filter absl,$(PEERS)),absl_flat_hash_map) \
                $(if $(filter glib,$(PEERS)),glib-2.0)
PEER_LIBS     = $(if $(strip $(PEER_PACKAGES)),$(shell pkg-config --libs $(PEER_PACKAGES)))

.PHONY: peers-program
peers-program: $(OUT)/peers
	@:

$(OUT)/peers: $(PEER_OBJECTS) $(LIBRARY) $(OUT)/peer-members
	$(call say,LD $@)
	$(QUIET)$(PEER_LINK) $(PEER_OBJECTS) $(LIBRARY) $(PEER_LIBS) -lm -o $@

# The name of a map's struct: a struct bucket is one bucket.
map_of = $(patsubst bucket,bucket_map,$(1))

# Which counter tells a map's bytes: Go's are rounded by Go's allocator, Rust's by none.
bytes_of = $(if $(filter hashbrown,$(1)),asked,heap_alloc)

# As for any object, what the compiler says is kept beside it.
PEER_SAID = -MMD -MP -c $< -o $@ 2>$(@:.o=.warnings); \
            status=$$?; cat $(@:.o=.warnings) >&2; exit $$status

$(LAB_OBJECTS): $(OUT)/lab/peers/peer_%.o: lab/peers/peer_lab.c $(OUT)/flags
	$(call say,CC $< for $*)
	$(QUIET)mkdir -p $(@D)
	$(QUIET)$(COMPILE) -DPEER=$* -DPEER_HEADER='"$*/$*_u64.h"' \
	    -DPEER_MAP=$(call map_of,$*) -DPEER_BYTES=$(call bytes_of,$*) $(PEER_SAID)

$(OUT)/lab/peers/%.o: lab/peers/%.cc $(OUT)/flags
	$(call say,CXX $<)
	$(QUIET)mkdir -p $(@D)
	$(QUIET)$(CXX) -std=c++17 -D_GNU_SOURCE -Ilab $(CFLAGS) $(WARNINGS) $(PEER_SAID)

$(OUT)/lab/peers/peer_glib.o: private STANDARD += $(GLIB_FLAGS)
GLIB_FLAGS = $(patsubst -I%,-isystem%,$(shell pkg-config --cflags glib-2.0))

$(OUT)/peer-members: STAMP = $(PEER_OBJECTS)
$(OUT)/peer-members: force
	@mkdir -p $(@D)
	@echo '$(STAMP)' | cmp -s - $@ || echo '$(STAMP)' >$@

-include $(wildcard $(OUT)/lab/peers/*.d)
