# SPDX-License-Identifier: Apache-2.0
completiondir = $(datadir)/bash-completion/completions
dist_completion_DATA = contrib/completion/agentrun

EXTRA_DIST += contrib/demo contrib/demo.d contrib/docker/daemon.json contrib/containerd/config.toml \
	contrib/kubernetes/runtimeclass.yaml
