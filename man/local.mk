# SPDX-License-Identifier: Apache-2.0
dist_man_MANS += man/agentrun.1 man/agentrun-policy.5 man/agentrun-security.7

# Two pages are written by programs from the tables that the runtime itself is made of.
man_MANS = man/agentrun-findings.7 man/agentrun-seccomp.7
noinst_PROGRAMS += man/mkfindings man/mkseccomp

man_mkfindings_SOURCES = man/mkfindings.c
man_mkfindings_LDADD = src/libharden.a src/libpolicy.a src/libspec.a src/libbase.a \
	$(YAJL_LIBS) $(CAPNG_LIBS)

man_mkseccomp_SOURCES = man/mkseccomp.c src/filter/denylist.def

man/agentrun-findings.7: man/mkfindings$(EXEEXT)
	$(AM_V_GEN)man/mkfindings$(EXEEXT) > $@.new && mv $@.new $@

man/agentrun-seccomp.7: man/mkseccomp$(EXEEXT)
	$(AM_V_GEN)man/mkseccomp$(EXEEXT) > $@.new && mv $@.new $@

CLEANFILES += man/agentrun-findings.7 man/agentrun-findings.7.new \
	man/agentrun-seccomp.7 man/agentrun-seccomp.7.new
