# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
#   demo_rootfs DIRECTORY   a root file system with Python, matplotlib and curl from Debian packages.
#
# Kept for later runs. The mirror is the one that apt of this machine uses.

ROOTFS_PACKAGES=python3,python3-matplotlib,curl
# What comes along by dependencies and is of no use to a plot: two thirds of the size.
ROOTFS_WITHOUT='usr/share/doc usr/share/man usr/share/locale usr/include usr/lib/gcc usr/share/unicode
    usr/share/javascript usr/lib/python3/dist-packages/sympy usr/lib/python3/dist-packages/scipy
    var/cache/apt var/lib/apt/lists'

demo_mirror() {
    apt-get indextargets --format '$(ORIGIN)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        sed -n 's/^Debian|//p' | grep -v security | head -n 1
}

demo_rootfs() {
    local directory=$1 new mirror suite path
    if [ -f "$directory/.complete" ]; then
        echo "   kept from an earlier run: $directory"
        return 0
    fi
    suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")
    mirror=$(demo_mirror)
    new=$directory.new
    rm -rf --one-file-system "$new" "$directory"
    mkdir -p "$(dirname "$directory")"
    # shellcheck disable=SC2086
    mmdebstrap --quiet --variant=minbase --include="$ROOTFS_PACKAGES" \
        --aptopt='APT::Install-Recommends "false"' \
        "$suite" "$new" $mirror || return 1
    for path in $ROOTFS_WITHOUT; do
        rm -rf "${new:?}/$path"
    done
    find "$new/usr/lib" "$new/usr/bin" \( -name '*.a' -o -name '*lto-dump*' \) -delete
    touch "$new/.complete"
    mv "$new" "$directory"
}
