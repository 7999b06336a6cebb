/* SPDX-License-Identifier: MIT */
/*
 * Addresses: what a notification can be posted to (facts/apis.md 7.5).
 *
 * An address that the platform calls is absolute http or https, has a path, no query and
 * no fragment, and is publicly reachable https in production. Names are not resolved: a
 * host is judged by its spelling alone. Addresses inside JSON are for people's browsers and need
 * only be absolute.
 */
#include "core/value.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#define HOST_MAX 256 /* bytes, NUL included; names have at most 253 */

struct url_parts {
    bool secure;
    char host[HOST_MAX]; /* without brackets */
    bool has_path;
};

enum reach { REACH_PUBLIC, REACH_PRIVATE, REACH_LOOPBACK };

static enum reach reach_of_ip4(const unsigned char a[4])
{
    if (a[0] == 127) {
        return REACH_LOOPBACK;
    }
    bool private = a[0] == 10 || a[0] == 0 || (a[0] == 172 && (a[1] & 0xf0) == 16) ||
                   (a[0] == 192 && a[1] == 168) || (a[0] == 169 && a[1] == 254) ||
                   (a[0] == 100 && (a[1] & 0xc0) == 64) || a[0] >= 224;
    return private ? REACH_PRIVATE : REACH_PUBLIC;
}

static enum reach reach_of_ip6(const unsigned char a[16])
{
    static const unsigned char zero[16];
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (memcmp(a, mapped, sizeof mapped) == 0) {
        return reach_of_ip4(a + 12);
    }
    if (memcmp(a, zero, 15) == 0) {
        return a[15] == 1 ? REACH_LOOPBACK : REACH_PRIVATE;
    }
    bool private = (a[0] & 0xfe) == 0xfc || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80) || a[0] == 0xff;
    return private ? REACH_PRIVATE : REACH_PUBLIC;
}

static bool ends_with(const char *s, const char *tail)
{
    size_t len = strlen(s), n = strlen(tail);
    return len >= n && strcasecmp(s + len - n, tail) == 0;
}

static enum reach reach_of_host(const char *host)
{
    unsigned char a[16];
    if (inet_pton(AF_INET, host, a) == 1) {
        return reach_of_ip4(a);
    }
    if (inet_pton(AF_INET6, host, a) == 1) {
        return reach_of_ip6(a);
    }
    if (strcasecmp(host, "localhost") == 0 || ends_with(host, ".localhost")) {
        return REACH_LOOPBACK;
    }
    bool local = !strchr(host, '.') || ends_with(host, ".local") || ends_with(host, ".internal") ||
                 ends_with(host, ".lan");
    return local ? REACH_PRIVATE : REACH_PUBLIC;
}

static bool port_valid(const char *s, size_t len)
{
    unsigned port = 0;
    for (size_t i = 0; i < len; i++) {
        if (s[i] < '0' || s[i] > '9' || i > 4) {
            return false;
        }
        port = port * 10 + (unsigned)(s[i] - '0');
    }
    return len > 0 && port > 0 && port < 65536;
}

static bool host_valid(const char *s, size_t len, bool brackets)
{
    char host[HOST_MAX];
    unsigned char a[16];
    if (len == 0 || len >= sizeof host) {
        return false;
    }
    memcpy(host, s, len);
    host[len] = '\0';
    if (brackets) {
        return inet_pton(AF_INET6, host, a) == 1;
    }
    /* Bytes of names in Chinese are let through; the caller warns about them. */
    return strcspn(host, "@:[]\\<>\"'{}|^`%,;!$&()*+= ") == len && host[0] != '.' &&
           host[0] != '-' && !strstr(host, "..");
}

/* Takes the address apart; false if it has no such form. */
static bool url_split(const char *url, struct url_parts *out)
{
    out->secure = strncasecmp(url, "https://", 8) == 0;
    if (!out->secure && strncasecmp(url, "http://", 7) != 0) {
        return false;
    }
    const char *host = url + (out->secure ? 8 : 7);
    size_t len = strcspn(host, "/?#"); /* host and port */
    bool brackets = *host == '[';
    const char *end = brackets ? memchr(host, ']', len) : memchr(host, ':', len);
    size_t host_len = end ? (size_t)(end - host) - brackets : len;
    if ((brackets && !end) || !host_valid(host + brackets, host_len, brackets)) {
        return false;
    }
    const char *rest = end ? end + brackets : host + len;
    size_t rest_len = (size_t)(host + len - rest);
    if (rest_len > 0 && (*rest != ':' || !port_valid(rest + 1, rest_len - 1))) {
        return false;
    }
    memcpy(out->host, host + brackets, host_len);
    out->host[host_len] = '\0';
    out->has_path = host[len] == '/';
    return true;
}

static struct finding_head head_of(const struct value_place *place, enum severity severity)
{
    return (struct finding_head){.field = place->path, .rule = "url", .severity = severity};
}

/* What of a well-formed address the platform refuses, or may refuse. */
static void check_parts(const struct field *f, const char *value, bool has_path,
                        const struct value_place *place, struct findings *out)
{
    const char *path = place->path;
    char shown[FINDING_SHOWN_MAX];
    if (!f->query && strchr(value, '?')) {
        findings_add(out, head_of(place, SEVERITY_ERROR),
                     "%s 不能带查询参数（“?” 及其后的部分）：平台拒绝这样的通知地址",
                     "%s must not carry a query (“?” and what follows): such addresses are refused",
                     path);
    }
    if (strchr(value, '#')) {
        findings_add(out, head_of(place, SEVERITY_ERROR), "%s 不能带 “#” 片段",
                     "%s must not carry a fragment (“#”)", path);
    }
    if (!has_path) {
        findings_add(out, head_of(place, SEVERITY_WARNING),
                     "%s 没有路径，可能被拒绝：主机之后还要写 “/路径”，现在是 “%s”",
                     "%s has no path and may be refused: a “/path” follows the host; it is “%s”",
                     path, finding_shown(value, strlen(value), f->sensitive, shown));
    }
}

static void check_reach(const struct url_parts *url, const struct value_place *place,
                        struct findings *out)
{
    enum reach reach = reach_of_host(url->host);
    bool production = place->environment == ENVIRONMENT_PRODUCTION;
    char host[FINDING_SHOWN_MAX];
    if (production && reach != REACH_PUBLIC) {
        findings_add(out, head_of(place, SEVERITY_ERROR),
                     "%s 的主机 %s 不能从公网访问：生产环境的通知到不了",
                     "%s: host %s cannot be reached from the internet, so production "
                     "notifications do not arrive",
                     place->path, finding_shown(url->host, strlen(url->host), false, host));
    }
    if (!url->secure && (production || reach != REACH_LOOPBACK)) {
        findings_add(out, head_of(place, production ? SEVERITY_ERROR : SEVERITY_WARNING),
                     production ? "%s 在生产环境必须用 https，现在是 http"
                                : "%s 用的是 http：生产环境必须用 https",
                     production ? "%s must be https in production; it is http"
                                : "%s is http: production demands https",
                     place->path);
    }
}

void value_check_url(const struct field *f, const char *value, size_t len,
                     const struct value_place *place, struct findings *out)
{
    struct url_parts url;
    char shown[FINDING_SHOWN_MAX];
    if (!url_split(value, &url) || strcspn(value, " \t\r\n") < len) {
        findings_add(out, head_of(place, SEVERITY_ERROR),
                     "%s 要写完整网址 http(s)://主机/路径，不含空白，现在是 “%s”",
                     "%s must be an absolute URL http(s)://host/path without blanks; it is “%s”",
                     place->path, finding_shown(value, len, f->sensitive, shown));
        return;
    }
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)value[i] >= 0x80) {
            findings_add(out, head_of(place, SEVERITY_WARNING),
                         "%s 含有 ASCII 以外的字符，网址中应写成 %%XX 编码",
                         "%s holds characters beyond ASCII; a URL spells them as %%XX",
                         place->path);
            break;
        }
    }
    if (!place->inner) {
        check_parts(f, value, url.has_path, place, out);
        check_reach(&url, place, out);
    }
}
