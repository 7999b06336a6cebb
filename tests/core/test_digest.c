/* SPDX-License-Identifier: MIT */
/*
 * Digests and HMAC by published vectors, base64 by RFC 4648, secrets that do not leak.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/digest.h"

static const struct {
    const char *empty, *abc; /* digests of "" and "abc" */
    const char *jefe;        /* HMAC of RFC 2202 and RFC 4231, test case 2 */
    const char *no_key;      /* HMAC of "abc" under the empty key */
    size_t size;             /* bytes */
} vectors[DIGEST_COUNT] = {
    [DIGEST_MD5] = {"D41D8CD98F00B204E9800998ECF8427E", "900150983CD24FB0D6963F7D28E17F72",
                    "750C783E6AB0B503EAA86E310A5DB738", "DD2701993D29FDD0B032C233CEC63403", 16},
    [DIGEST_SHA1] = {"DA39A3EE5E6B4B0D3255BFEF95601890AFD80709",
                     "A9993E364706816ABA3E25717850C26C9CD0D89D",
                     "EFFCDF6AE5EB2FA2D27416D5F184DF9C259A7C79",
                     "9B4A918F398D74D3E367970ABA3CBE54E4D2B5D9", 20},
    [DIGEST_SHA256] = {"E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
                       "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
                       "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843",
                       "FD7ADB152C05EF80DCCF50A1FA4C05D5A3EC6DA95575FC312AE7C5D091836351", 32},
    [DIGEST_SHA512] = {"CF83E1357EEFB8BDF1542850D66D8007D620E4050B5715DC83F4A921D36CE9CE"
                       "47D0D13C5D85F2B0FF8318D2877EEC2F63B931BD47417A81A538327AF927DA3E",
                       "DDAF35A193617ABACC417349AE20413112E6FA4E89A97EA20A9EEEE64B55D39A"
                       "2192992A274FC1A836BA3C23A3FEEBBD454D4423643CE80E2A9AC94FA54CA49F",
                       "164B7A7BFCF819E2E395FBE73B56E0A387BD64222E831FD610270CD7EA250554"
                       "9758BF75C05A994A6D034F65F8F0E6FDCAEAB1A34D4A6B4B636E070A38BCE737",
                       "29689F6B79A8DD686068C2EEAE97FD8769AD3BA65CB5381F838358A8045A358E"
                       "E3BA1739C689C7805E31734FB6072F87261D1256995370D55725CBA00D10BDD0",
                       64},
};

static void digests_follow_the_published_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < DIGEST_COUNT; i++) {
        unsigned char raw[DIGEST_SIZE_MAX];
        char hex[DIGEST_HEX_MAX];
        enum digest_kind kind = (enum digest_kind)i;
        assert_int_equal(digest_bytes(kind, "", 0, raw), vectors[i].size);
        digest_hex(raw, vectors[i].size, hex);
        assert_string_equal(hex, vectors[i].empty);
        for (int again = 0; again < 3; again++) { /* a kept context starts anew */
            digest_bytes(kind, "abc", 3, raw);
            digest_hex(raw, vectors[i].size, hex);
            assert_string_equal(hex, vectors[i].abc);
        }
    }
    digest_forget_keys();
}

static void check_hmac(enum digest_kind kind, const char *key, const char *data, const char *want)
{
    unsigned char raw[DIGEST_SIZE_MAX];
    char hex[DIGEST_HEX_MAX];
    size_t size = digest_hmac(kind, key, strlen(key), data, strlen(data), raw);
    assert_int_equal(size, vectors[kind].size);
    digest_hex(raw, size, hex);
    assert_string_equal(hex, want);
}

static void hmac_follows_the_published_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < DIGEST_COUNT; i++) {
        enum digest_kind kind = (enum digest_kind)i;
        for (int again = 0; again < 3; again++)
            check_hmac(kind, "Jefe", "what do ya want for nothing?", vectors[i].jefe);
        check_hmac(kind, "", "abc", vectors[i].no_key);
        check_hmac(kind, "", "abc", vectors[i].no_key);
    }
    digest_forget_keys();
    digest_forget_keys();
    check_hmac(DIGEST_MD5, "", "abc", vectors[DIGEST_MD5].no_key);
    digest_forget_keys();
}

static void the_kept_hmac_key_is_compared_by_value(void **state)
{
    (void)state;
    char key[8] = "Jefe";
    const char *data = "what do ya want for nothing?";
    const char *want = vectors[DIGEST_SHA256].jefe;
    unsigned char raw[DIGEST_SIZE_MAX], other[DIGEST_SIZE_MAX];
    check_hmac(DIGEST_SHA256, key, data, want);
    strcpy(key, "Jeff"); /* same address, same length, another key */
    digest_hmac(DIGEST_SHA256, key, 4, data, strlen(data), raw);
    digest_hmac(DIGEST_SHA256, "Jefe", 4, data, strlen(data), other);
    assert_memory_not_equal(raw, other, 32);
    check_hmac(DIGEST_SHA256, "Jefe", data, want);
    digest_forget_keys();
}

static void bytes_become_upper_case_hexadecimal(void **state)
{
    (void)state;
    char hex[11];
    digest_hex((const unsigned char *)"\x00\x09\xaf\xf0\xff", 5, hex);
    assert_string_equal(hex, "0009AFF0FF");
    digest_hex(NULL, 0, hex);
    assert_string_equal(hex, "");
    assert_true(digest_same("abc", "abd", 2));
    assert_false(digest_same("abc", "abd", 3));
    assert_true(digest_same(NULL, NULL, 0));
}

static void a_saved_state_continues_from_where_it_was(void **state)
{
    (void)state;
    for (size_t i = 0; i < DIGEST_COUNT; i++) {
        enum digest_kind kind = (enum digest_kind)i;
        struct digest_state start, one, two;
        unsigned char want[DIGEST_SIZE_MAX], got[DIGEST_SIZE_MAX];
        digest_start(&start, kind);
        digest_add(&start, "a", 1);
        digest_fork(&one, &start);
        digest_fork(&two, &start);
        digest_add(&one, "bc", 2);
        assert_int_equal(digest_end(&one, got), vectors[i].size);
        digest_bytes(kind, "abc", 3, want);
        assert_memory_equal(got, want, vectors[i].size);
        digest_end(&two, got);
        digest_bytes(kind, "a", 1, want);
        assert_memory_equal(got, want, vectors[i].size);
    }
    digest_forget_keys();
}

static void a_prepared_key_gives_the_same_hmac(void **state)
{
    (void)state;
    char key[200];
    memset(key, 'k', sizeof key);
    static const size_t lengths[] = {0, 4, 32, 64, 65, 128, 129, 200};
    for (size_t i = 0; i < DIGEST_COUNT; i++) {
        for (size_t n = 0; n < ARRAY_COUNT(lengths); n++) {
            enum digest_kind kind = (enum digest_kind)i;
            struct digest_hmac_key prepared;
            struct digest_state s;
            unsigned char want[DIGEST_SIZE_MAX], got[DIGEST_SIZE_MAX];
            digest_hmac(kind, key, lengths[n], "some text", 9, want);
            digest_hmac_key(&prepared, kind, key, lengths[n]);
            for (int again = 0; again < 2; again++) {
                digest_fork(&s, &prepared.inner);
                digest_add(&s, "some text", 9);
                assert_int_equal(digest_hmac_end(&prepared, &s, got), vectors[i].size);
                assert_memory_equal(got, want, vectors[i].size);
            }
        }
    }
    digest_forget_keys();
}

static void aes_follows_fips_197_and_goes_both_ways(void **state)
{
    (void)state;
    static const unsigned char block[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                            0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
    unsigned char key[DIGEST_AES_KEY];
    char hex[65];
    struct buf text, plain;
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (unsigned char)i;
    buf_init(&text, 200);
    buf_init(&plain, 200);
    digest_aes_encrypt(key, block, sizeof block, &text);
    assert_int_equal(text.len, 32); /* the block and one of padding */
    digest_hex((const unsigned char *)text.data, 16, hex);
    assert_string_equal(hex, "8EA2B7CA516745BFEAFC49904B496089");

    buf_adds(&plain, "before ");
    assert_int_equal(digest_aes_decrypt(key, text.data, text.len, &plain, NULL), ST_OK);
    assert_int_equal(plain.len, 7 + sizeof block);
    assert_memory_equal(plain.data + 7, block, sizeof block);

    buf_cut(&plain, 7);
    assert_int_equal(digest_aes_decrypt(key, text.data, 31, &plain, NULL), ST_SYNTAX);
    assert_int_equal(digest_aes_decrypt(key, text.data, 0, &plain, NULL), ST_SYNTAX);
    key[0] ^= 1;
    assert_int_equal(digest_aes_decrypt(key, text.data, text.len, &plain, NULL), ST_SYNTAX);
    assert_string_equal(buf_str(&plain), "before ");

    struct buf small;
    buf_init(&small, 8);
    assert_int_equal(digest_aes_decrypt(key, text.data, text.len, &small, NULL), ST_LIMIT);
    buf_clear(&small);
    buf_clear(&text);
    buf_clear(&plain);
}

static void base64_goes_both_ways(void **state)
{
    (void)state;
    static const struct {
        const char *plain, *text;
    } rows[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xff\xfe\xfb", "//77"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct buf b;
        buf_init(&b, 100);
        base64_write(&b, rows[i].plain, strlen(rows[i].plain));
        assert_string_equal(buf_str(&b), rows[i].text);
        buf_reset(&b);
        assert_int_equal(base64_read(&b, rows[i].text, strlen(rows[i].text), NULL), ST_OK);
        assert_string_equal(buf_str(&b), rows[i].plain);
        buf_clear(&b);
    }
}

static void base64_of_any_length_returns_as_it_was(void **state)
{
    (void)state;
    unsigned char data[2000];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (unsigned char)(i * 131 >> 3);
    struct buf text, back;
    buf_init(&text, 4000);
    buf_init(&back, 4000);
    for (size_t len = 0; len <= sizeof data; len += len < 800 ? 1 : 97) {
        buf_reset(&text);
        buf_reset(&back);
        base64_write(&text, data, len);
        assert_int_equal(text.len, (len + 2) / 3 * 4);
        assert_int_equal(base64_read(&back, text.data, text.len, NULL), ST_OK);
        assert_int_equal(back.len, len);
        if (len > 0)
            assert_memory_equal(back.data, data, len);
    }
    buf_clear(&text);
    buf_clear(&back);
}

static void damaged_base64_is_refused_and_leaves_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *where; /* of the first offence */
    } rows[] = {
        {"Zg=", "byte 3"},      /* padding too short */
        {"Zg", "byte 2"},       /* cut off */
        {"Zm9vY", "byte 5"},    /* one digit alone */
        {"Z===", "byte 2"},     /* a byte needs two digits */
        {"====", "byte 1"},     /* padding of nothing */
        {"Zg==Zg==", "byte 5"}, /* two documents */
        {"Zm8==", "byte 5"},    /* padding too long */
        {"Zm-v", "byte 3"},     /* the URL alphabet */
        {"Zh==", "byte 4"},     /* bits behind the last byte */
        {"Zm9v\x80", "byte 5"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct buf b;
        struct err err = {0};
        char line[ERR_TEXT_MAX];
        buf_init(&b, 100);
        buf_adds(&b, "before");
        assert_int_equal(base64_read(&b, rows[i].text, strlen(rows[i].text), &err), ST_SYNTAX);
        assert_string_equal(buf_str(&b), "before");
        err_line(&err, LANG_EN, line, sizeof line);
        if (strstr(line, rows[i].where) == NULL)
            fail_msg("%s: %s", rows[i].text, line);
        buf_clear(&b);
    }
    struct buf small;
    buf_init(&small, 3);
    assert_int_equal(base64_read(&small, " Zm\r\n9v\tYg = = ", 15, NULL), ST_LIMIT);
    assert_string_equal(buf_str(&small), "");
    buf_clear(&small);
    buf_init(&small, 4);
    assert_int_equal(base64_read(&small, " Zm\r\n9v\tYg = = ", 15, NULL), ST_OK);
    assert_string_equal(buf_str(&small), "foob");
    buf_clear(&small);
}

static void secrets_are_copied_compared_and_cleared(void **state)
{
    (void)state;
    struct secret a = {0}, b = {0};
    assert_false(secret_is_set(&a));
    assert_true(secret_same(&a, &b));
    assert_true(secret_set(&a, "0123456789abcdefXX", 16));
    assert_string_equal(a.text, "0123456789abcdef");
    assert_false(secret_same(&a, &b));
    secret_copy(&b, &a);
    assert_true(secret_same(&a, &b));
    assert_ptr_not_equal(a.text, b.text);
    assert_true(secret_set(&b, b.text + 4, 4)); /* from itself */
    assert_string_equal(b.text, "4567");
    secret_copy(&b, &b);
    assert_string_equal(b.text, "4567");
    assert_false(secret_same(&a, &b));
    assert_false(secret_set(&b, "a\0b", 3));
    assert_false(secret_is_set(&b));
    char big[SECRET_MAX + 1];
    memset(big, 'k', sizeof big);
    assert_true(secret_set(&b, big, SECRET_MAX));
    assert_false(secret_set(&b, big, SECRET_MAX + 1));
    assert_false(secret_is_set(&b));
    assert_true(secret_set(&a, "", 0));
    assert_false(secret_is_set(&a));
    secret_clear(&a);
    secret_clear(&a);
}

static void a_profile_view_shows_length_and_end(void **state)
{
    (void)state;
    static const struct {
        const char *secret, *zh, *en;
    } rows[] = {
        {"192006250b4c09247ec02edce69f6a2d", "32 个字符，末尾 …6a2d", "32 characters, ends …6a2d"},
        {"twelve chars", "12 个字符，末尾 …hars", "12 characters, ends …hars"},
        {"eleven char", "11 个字符", "11 characters"},
        {"密钥密钥密钥密钥密钥密钥尾", "13 个字符，末尾 …钥密钥尾",
         "13 characters, ends …钥密钥尾"},
        {"", "未设置", "not set"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct secret s = {0};
        struct buf b;
        buf_init(&b, 200);
        secret_set(&s, rows[i].secret, strlen(rows[i].secret));
        secret_masked(&s, LANG_ZH, &b);
        assert_string_equal(buf_str(&b), rows[i].zh);
        buf_reset(&b);
        secret_masked(&s, LANG_EN, &b);
        assert_string_equal(buf_str(&b), rows[i].en);
        secret_clear(&s);
        buf_clear(&b);
    }
}

static void redacting_leaves_no_part_of_the_secret(void **state)
{
    (void)state;
    static const struct {
        const char *secret, *text, *want, *why;
    } rows[] = {
        {"secret", "a secret and secretsecret", "a **** and ********", "each occurrence"},
        {"secret", "secre", "secre", "shorter than the secret"},
        {"secret", "secret", "****", "nothing but the secret"},
        {"secret", "", "", "empty text"},
        {"short", "short", "short", "under six bytes: too common to search for"},
        {"abcabc", "xabcabcabcy", "x****y", "overlapping occurrences hide all their bytes"},
        {"aaaaaa", "baaaaaaaaab", "b****b", "a run longer than the secret"},
        {"aaaaaa", "aaaaaabaaaaaa", "****b****", "two runs"},
        {"******", "a**********b", "a****b", "a secret of stars ends as well"},
        {"ab****cd", "abab****cdcd", "****", "what remains spells the secret again"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        for (int secret = 0; secret < 2; secret++) {
            struct secret s = {0};
            struct buf b;
            buf_init(&b, 200);
            b.secret = secret != 0;
            secret_set(&s, rows[i].secret, strlen(rows[i].secret));
            buf_adds(&b, rows[i].text);
            size_t was = b.len;
            secret_redact(&s, &b);
            if (strcmp(buf_str(&b), rows[i].want) != 0 || b.len != strlen(rows[i].want))
                fail_msg("%s: %s", rows[i].why, buf_str(&b));
            for (size_t at = b.len; at < was; at++) /* nothing behind the end either */
                assert_int_equal(b.data[at], 0);
            secret_clear(&s);
            buf_clear(&b);
        }
    }
}

static void a_cut_end_gives_no_part_of_the_secret_away(void **state)
{
    (void)state;
    static const struct {
        const char *secret, *text, *want, *why;
    } rows[] = {
        {"0123456789", "a 01234567", "a ****", "a beginning of it"},
        {"0123456789", "a 0123456789", "a ****", "all of it"},
        {"0123456789", "0123", "****", "nothing else"},
        {"0123456789", "a 012", "a 012", "three bytes say nothing"},
        {"0123456789", "a 0123456x", "a 0123456x", "not at the end"},
        {"abababcd", "xababab", "x****", "the longest beginning"},
        {"0123456789", "", "", "empty text"},
        {"short", "a shor", "a shor", "under six bytes"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct secret s = {0};
        struct buf b;
        buf_init(&b, 200);
        secret_set(&s, rows[i].secret, strlen(rows[i].secret));
        buf_adds(&b, rows[i].text);
        size_t was = b.len;
        bool found = secret_redact_end(&s, &b);
        if (strcmp(buf_str(&b), rows[i].want) != 0 || b.len != strlen(rows[i].want) ||
            found != (strcmp(rows[i].text, rows[i].want) != 0))
            fail_msg("%s: %s", rows[i].why, buf_str(&b));
        for (size_t at = b.len; at < was; at++)
            assert_int_equal(b.data[at], 0);
        secret_clear(&s);
        buf_clear(&b);
    }
}

static void the_library_says_its_version(void **state)
{
    (void)state;
    assert_true(strncmp(digest_library(), "3.", 2) == 0);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8"); /* text that a terminal may see asks wcwidth */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_follow_the_published_vectors),
        cmocka_unit_test(hmac_follows_the_published_vectors),
        cmocka_unit_test(the_kept_hmac_key_is_compared_by_value),
        cmocka_unit_test(bytes_become_upper_case_hexadecimal),
        cmocka_unit_test(a_saved_state_continues_from_where_it_was),
        cmocka_unit_test(a_prepared_key_gives_the_same_hmac),
        cmocka_unit_test(aes_follows_fips_197_and_goes_both_ways),
        cmocka_unit_test(base64_goes_both_ways),
        cmocka_unit_test(base64_of_any_length_returns_as_it_was),
        cmocka_unit_test(damaged_base64_is_refused_and_leaves_nothing),
        cmocka_unit_test(secrets_are_copied_compared_and_cleared),
        cmocka_unit_test(a_profile_view_shows_length_and_end),
        cmocka_unit_test(redacting_leaves_no_part_of_the_secret),
        cmocka_unit_test(a_cut_end_gives_no_part_of_the_secret_away),
        cmocka_unit_test(the_library_says_its_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
