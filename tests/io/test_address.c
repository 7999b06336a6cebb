/* SPDX-License-Identifier: MIT */
/*
 * IP literals read and written, and which hosts are this machine itself.
 */
#include <ifaddrs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "io/address.h"

static void literals_are_read_and_written(void **state)
{
    static const struct {
        const char *text, *written; /* NULL: no literal */
    } rows[] = {
        {"127.0.0.1", "127.0.0.1:8080"},
        {"0.0.0.0", "0.0.0.0:8080"},
        {"::1", "[::1]:8080"},
        {"fe80::1", "[fe80::1]:8080"},
        {"localhost", NULL},
        {"[::1]", NULL},
        {"127.1", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        union address a;
        socklen_t len = 0;
        char text[ADDRESS_MAX];
        if (address_read(rows[i].text, 8080, &a, &len) != (rows[i].written != NULL))
            fail_msg("%s", rows[i].text);
        if (!rows[i].written)
            continue;
        address_text(&a.any, text, sizeof text);
        assert_string_equal(text, rows[i].written);
        assert_int_equal(address_port(&a), 8080);
        assert_true(len > 0 && len <= sizeof a);
    }
}

static void another_family_has_no_text(void **state)
{
    struct sockaddr local = {.sa_family = AF_UNIX};
    char text[ADDRESS_MAX] = "x";
    (void)state;
    address_text(&local, text, sizeof text);
    assert_string_equal(text, "");
    address_text(NULL, text, sizeof text);
    assert_string_equal(text, "");
}

static void loopback_is_this_machine(void **state)
{
    static const char *const ours[] = {"127.0.0.1",        "127.9.9.9", "::1",
                                       "::ffff:127.0.0.1", "localhost", "LocalHost",
                                       "shop.localhost"};
    static const char *const others[] = {
        "0.0.0.0",      "10.0.0.1",      "::",        "::2", "", "::ffff:10.0.0.1",
        "notlocalhost", "localhost.com", ".localhost"};
    (void)state;
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        if (!address_is_loopback(ours[i]))
            fail_msg("%s", ours[i]);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (address_is_loopback(others[i]))
            fail_msg("%s", others[i]);
    }
}

/* Its interfaces' addresses are its own, and lead here only through the loopback one. */
static void an_interface_s_address_is_ours(void **state)
{
    static const char *const others[] = {"0.0.0.0", "203.0.113.9", "2001:db8::9"};
    struct ifaddrs *all = NULL;
    (void)state;
    assert_int_equal(getifaddrs(&all), 0);
    for (const struct ifaddrs *one = all; one; one = one->ifa_next) {
        int family = one->ifa_addr ? one->ifa_addr->sa_family : AF_UNSPEC;
        if ((family == AF_INET || family == AF_INET6) && !address_is_ours(one->ifa_addr))
            fail_msg("%s", one->ifa_name);
    }
    freeifaddrs(all);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        union address a;
        socklen_t len;
        assert_true(address_read(others[i], 80, &a, &len));
        if (address_is_ours(&a.any))
            fail_msg("%s", others[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_are_read_and_written),
        cmocka_unit_test(another_family_has_no_text),
        cmocka_unit_test(loopback_is_this_machine),
        cmocka_unit_test(an_interface_s_address_is_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
