#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make_image.py DIRECTORY NAME:TAG OUTPUT: an image archive, as `docker save` writes it, with one
layer made of DIRECTORY. What engines load when there is no network to get images from."""
import hashlib
import io
import json
import sys
import tarfile


def main():
    directory, name, output = sys.argv[1:]
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as tar:
        tar.add(directory, arcname=".")
    config = json.dumps({
        "architecture": "amd64",
        "os": "linux",
        "config": {"Env": ["PATH=/usr/local/bin:/usr/bin:/sbin:/bin"], "Cmd": ["/bin/sh"]},
        "rootfs": {"type": "layers",
                   "diff_ids": ["sha256:" + hashlib.sha256(layer.getvalue()).hexdigest()]},
    }).encode()
    manifest = json.dumps([{"Config": "config.json", "RepoTags": [name],
                            "Layers": ["layer.tar"]}]).encode()
    with tarfile.open(output, "w") as tar:
        for member, data in (("config.json", config), ("layer.tar", layer.getvalue()),
                             ("manifest.json", manifest)):
            info = tarfile.TarInfo(member)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


main()
