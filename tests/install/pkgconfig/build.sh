#!/bin/sh
# A user's project without CMake, and an installed sowcl.
# shellcheck disable=SC2046 # pkg-config's answer is split into words
set -eu

cc train.c -o train $(pkg-config --cflags --libs sowcl)

if pkg-config --print-requires sowcl | grep -q OpenCL; then
    cc train_on_device.c -o train_on_device $(pkg-config --cflags --libs sowcl)
fi
