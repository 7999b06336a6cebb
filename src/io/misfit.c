/* SPDX-License-Identifier: MIT */
/* Nothing here waits: what has not come by now, or does not go out, is done without. */
#include "io/misfit.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base.h"
#include "core/buf.h"

#define GREETING 0x16      /* content type of a TLS handshake: RFC 8446 5.1 */
#define READ_MAX (1 << 20) /* bytes of a request that are read away */
#define ANSWER_MAX 4096

/* What other protocols open with. */
static const struct {
    enum misfit what;
    unsigned char len;
    const char *bytes;
} openings[] = {
    {MISFIT_HTTP2, 12, "PRI * HTTP/2"},           /* RFC 9113 3.4 */
    {MISFIT_PROXY, 6, "PROXY "},                  /* version 1 */
    {MISFIT_PROXY, 12, "\r\n\r\n\x00\r\nQUIT\n"}, /* version 2 */
};

enum misfit misfit_look(int fd, bool tls)
{
    unsigned char first[12];
    ssize_t len = recv(fd, first, sizeof first, MSG_PEEK | MSG_DONTWAIT);
    if (len < 1)
        return MISFIT_SILENT;
    if (tls)
        return first[0] >= 'A' && first[0] <= 'Z' ? MISFIT_PLAIN : MISFIT_NONE; /* of a method */
    for (size_t i = 0; i < ARRAY_COUNT(openings); i++) {
        if (len >= openings[i].len && memcmp(first, openings[i].bytes, openings[i].len) == 0)
            return openings[i].what;
    }
    return first[0] == GREETING ? MISFIT_TLS : MISFIT_NONE;
}

void misfit_read(int fd, char *line, size_t size)
{
    char bytes[16384];
    ssize_t n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    size_t len = n > 0 ? (size_t)n : 0, end = 0;
    while (end < len && end + 1 < size && bytes[end] != '\r' && bytes[end] != '\n' && bytes[end])
        end++;
    memcpy(line, bytes, end);
    line[end] = '\0';
    /* A socket that is closed with something unread is reset, and the answer is lost. */
    for (long all = n; n > 0 && all < READ_MAX; all += n)
        n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
}

void misfit_answer(int fd, const char *type, const char *body, size_t len)
{
    struct buf out;
    buf_init(&out, ANSWER_MAX);
    buf_addf(&out,
             "HTTP/1.1 400 Bad Request\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
             "Connection: close\r\n\r\n",
             type, len);
    buf_add(&out, body, len);
    if (!buf_status(&out))
        send(fd, out.data, out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
    buf_clear(&out);
}
