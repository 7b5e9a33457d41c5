# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += src/libfilter.a
LAYERS += src/libfilter.a
src_libfilter_a_SOURCES = \
	include/agentrun/filter/cache.h src/filter/cache.c \
	include/agentrun/filter/compile.h src/filter/compile.c \
	include/agentrun/filter/decision.h src/filter/decision.c \
	include/agentrun/filter/denylist.h src/filter/denylist.c \
	include/agentrun/filter/emit.h src/filter/emit.c \
	include/agentrun/filter/filter.h src/filter/filter.c \
	include/agentrun/filter/names.h src/filter/names.c \
	include/agentrun/filter/ranges.h src/filter/ranges.c \
	include/agentrun/filter/rules.h src/filter/rules.c \
	include/agentrun/filter/simulate.h src/filter/simulate.c \
	include/agentrun/filter/words.h

# The denylist is compiled when the runtime is built, by the same code that compiles profiles.
noinst_PROGRAMS += src/filter/mkdenylist
src_filter_mkdenylist_SOURCES = src/filter/mkdenylist.c src/filter/denylist.def \
	src/filter/decision.c src/filter/emit.c src/filter/names.c src/filter/ranges.c
src_filter_mkdenylist_LDADD = src/libbase.a $(SECCOMP_LIBS)

src/filter/denylist.$(OBJEXT): src/filter/denylist_programs.h
src/filter/denylist_programs.h: src/filter/mkdenylist$(EXEEXT)
	$(AM_V_GEN)src/filter/mkdenylist$(EXEEXT) > $@.new && mv $@.new $@
CLEANFILES += src/filter/denylist_programs.h src/filter/denylist_programs.h.new
