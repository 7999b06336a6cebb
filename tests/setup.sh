# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the launcher (run) and the tests (tests/run) share: the packages that a Debian system
# must have, and how a missing one gets there. Sourced, never run. Nothing here writes to
# standard output, which belongs to the program.

# One line a need: Debian package, how to see that it is there, what to look for. We ask for
# the thing and not for the package, so that another variant of it serves as well.
build_needs='
ca-certificates      file    /etc/ssl/certs/ca-certificates.crt
cmake                command cmake
gcc                  command cc
libc6-dev            file    /usr/include/stdio.h
libcjson-dev         module  libcjson
libcurl4-openssl-dev module  libcurl
libgnutls28-dev      module  gnutls
libmicrohttpd-dev    module  libmicrohttpd
libncurses-dev       module  ncursesw
libqrencode-dev      module  libqrencode
libsqlite3-dev       module  sqlite3
libssl-dev           module  libcrypto
libxml2-dev          module  libxml-2.0
ninja-build          command ninja
pkg-config           command pkg-config
zlib1g-dev           module  zlib
'
quick_needs='
gcc                  command gcc
dpkg-dev             command dpkg-shlibdeps
file                 command file
groff-base           command groff
libcmocka-dev        module  cmocka
libvterm-dev         module  vterm
'
test_needs=$quick_needs'
chromium             command chromium
chromium-driver      command chromedriver
clang                command clang
clang-format         command clang-format
clang-tidy           command clang-tidy
curl                 command curl
fish                 command fish
libclang-rt-14-dev   clangrt libclang_rt.fuzzer-x86_64.a
librsvg2-bin         command rsvg-convert
zbar-tools           command zbarimg
zsh                  command zsh
'
bench_needs='
nginx-light          file    /usr/sbin/nginx
tig                  command tig
tmux                 command tmux
wrk                  command wrk
'

# One sentence, in the language of the locale.
say()
{
    case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
    zh*) printf 'wxpc: %s\n' "$1" >&2 ;;
    *) printf 'wxpc: %s\n' "$2" >&2 ;;
    esac
}

# Is the thing of one line there? Modules are looked at together, by missing_packages.
is_there()
{
    case $1 in
    command) command -v "$2" >/dev/null ;;
    file) [ -e "$2" ] ;;
    module) pkg-config --exists "$2" 2>/dev/null ;;
    clangrt) [ -e "$(clang -print-resource-dir 2>/dev/null)/lib/linux/${2/x86_64/$(uname -m)}" ] ;;
    esac
}

# Prints the packages that are missing from the lists given, one a line.
missing_packages()
{
    local package kind what modules=()
    while read -r package kind what; do
        [ "$kind" = module ] && modules+=("$what")
    done <<<"$*"
    local all=no # one process for all libraries: the launcher runs this each time
    pkg-config --exists "${modules[@]}" 2>/dev/null && all=yes
    while read -r package kind what; do
        [ -n "$package" ] || continue
        [ "$kind" = module ] && [ $all = yes ] && continue
        is_there "$kind" "$what" || echo "$package"
    done <<<"$*" | sort -u
}

# Sees to it that everything in the lists given is there. Status 1 when it is not, said why.
install_missing()
{
    local packages
    mapfile -t packages < <(missing_packages "$*")
    [ ${#packages[@]} -gt 0 ] || return 0
    local command="apt-get install -y --no-install-recommends ${packages[*]}"
    if ! command -v apt-get >/dev/null; then
        say "缺少以下软件包(Debian 名称):${packages[*]};本机没有 apt-get,请用系统的包管理器安装后重试" \
            "missing (Debian package names): ${packages[*]}; there is no apt-get here: install them \
with this system's package manager and try again"
        return 1
    fi
    local sudo=
    if [ "$(id -u)" != 0 ]; then
        sudo=sudo
        may_install "$command" || return 1
    fi
    say "正在安装:${packages[*]}" "installing: ${packages[*]}"
    # shellcheck disable=SC2086
    if { $sudo env DEBIAN_FRONTEND=noninteractive apt-get -q update &&
        $sudo env DEBIAN_FRONTEND=noninteractive $command; } </dev/null >&2; then
        return 0
    fi
    say "安装失败;原因见上方 apt-get 的输出;解决后重试,或自行运行:$sudo apt-get update && $sudo $command" \
        "installing failed; apt-get says why above; try again, or run: \
$sudo apt-get update && $sudo $command"
    return 1
}

# Shows the command for somebody who is not root and asks once.
may_install()
{
    if ! command -v sudo >/dev/null; then
        say "缺少软件包;本机没有 sudo,请以 root 身份运行:apt-get update && $1" \
            "packages are missing and there is no sudo; run as root: apt-get update && $1"
        return 1
    fi
    if [ ! -t 0 ] || [ ! -t 2 ]; then
        say "缺少软件包;没有终端可供确认,请先运行:sudo apt-get update && sudo $1" \
            "packages are missing and there is no terminal to ask on; first run: \
sudo apt-get update && sudo $1"
        return 1
    fi
    say "缺少软件包,将运行:sudo apt-get update && sudo $1" \
        "packages are missing; this will run: sudo apt-get update && sudo $1"
    local answer
    read -r -p "[Y/n] " answer || answer=n
    case $answer in
    '' | [Yy]*) return 0 ;;
    esac
    say "未安装,停止" "nothing installed; stopping"
    return 1
}
