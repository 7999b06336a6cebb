/* SPDX-License-Identifier: MIT */
/*
 * How a call over HTTP can fail, in sentences for people.
 *
 * One row a kind. Where the reason is a number of the call (bytes, milliseconds, a
 * certificate's verdict) the row leaves it out and it is made from the call.
 */
#include "io/failure.h"

#include <stdio.h>

#include "core/text.h"

#define WHY_MAX 200 /* bytes of a reason made from numbers */

struct row {
    enum status status;
    struct bi what; /* behind the host's name */
    struct bi why;  /* without text: from the call, else `detail` */
    struct bi fix;
};

/* clang-format off */
#define FIX_QUERY {"再次发送前先查询订单，请求可能已被处理", \
                   "query the order before sending again, as the request may have been processed"}
#define FIX_PROXY {"检查环境变量 http_proxy、https_proxy、all_proxy", \
                   "check the variables http_proxy, https_proxy and all_proxy"}
#define FIX_SIZE {"确认 URL 指向的是支付接口", "make sure that the URL is that of a payment API"}
#define FIX_CA {"检查 URL；自建的服务请在商户配置的 ca_file 里写上其 CA 证书", \
                "check the URL; for a server of your own name its CA certificate in the profile's ca_file"}

static const struct row rows[FAILURE_COUNT] = {
    [FAILURE_OTHER] = {ST_NETWORK, {"的请求失败", "could not be called"}, {0},
        {"检查 URL 和网络", "check the URL and the network"}},
    [FAILURE_NAME] = {ST_NETWORK, {"无法解析", "does not resolve"},
        {"没有找到这个主机名的地址", "no address was found for this host name"},
        {"检查 URL 的拼写和本机的 DNS 设置", "check the spelling of the URL and this machine's DNS"}},
    [FAILURE_PROXY_NAME] = {ST_NETWORK, {"的代理无法解析", "is behind a proxy that does not resolve"},
        {"没有找到代理的地址", "no address was found for the proxy"}, FIX_PROXY},
    [FAILURE_PROXY] = {ST_NETWORK, {"的代理握手失败", "is behind a proxy that did not agree"}, {0}, FIX_PROXY},
    [FAILURE_REFUSED] = {ST_NETWORK, {"拒绝连接", "refused the connection"},
        {"该端口上没有程序在监听", "no program listens on this port"},
        {"检查 URL 的主机和端口，确认服务已启动", "check host and port of the URL, and that the server is running"}},
    [FAILURE_UNREACHABLE] = {ST_NETWORK, {"无法连接", "cannot be reached"}, {0},
        {"检查 URL、网络和代理设置", "check the URL, the network and the proxy settings"}},
    [FAILURE_TLS] = {ST_NETWORK, {"的 TLS 握手失败", "did not complete the TLS handshake"}, {0},
        {"确认该端口提供 TLS 1.2 或更高版本（而不是明文 HTTP），以及是否要求客户端证书",
         "make sure that this port speaks TLS 1.2 or newer (not plain HTTP), and whether it demands a client certificate"}},
    [FAILURE_PLAIN] = {ST_NETWORK, {"没有使用 TLS", "does not speak TLS"},
        {"URL 是 https，该端口的应答却不是 TLS", "the URL is https, and what this port answered is no TLS"},
        {"若是明文 HTTP 端口，把 URL 改为 http://（沙箱要 TLS 就用 wxpc sandbox --tls 启动）",
         "if it is a port for plain HTTP, make the URL http:// (a sandbox speaks TLS when started with wxpc sandbox --tls)"}},
    [FAILURE_TLS_ONLY] = {ST_NETWORK, {"要求 TLS", "demands TLS"},
        {"URL 是 http，该端口却以 TLS 警报应答", "the URL is http, and this port answered with a TLS alert"},
        {"把 URL 改为 https://", "make the URL https://"}},
    [FAILURE_CERTIFICATE] = {ST_NETWORK, {"的证书未通过验证", "has a certificate that does not verify"}, {0}, FIX_CA},
    [FAILURE_WRONG_HOST] = {ST_NETWORK, {"的证书未通过验证", "has a certificate that does not verify"},
        {"证书不是发给这个主机名的", "it was issued for another host name"},
        {"检查 URL 里的主机名", "check the host name in the URL"}},
    [FAILURE_SEND] = {ST_NETWORK, {"在发送请求时断开了连接", "broke the connection while the request was sent"}, {0},
        FIX_QUERY},
    [FAILURE_NOTHING] = {ST_NETWORK, {"未作应答就关闭了连接", "closed the connection without an answer"},
        {"一个字节也没有收到", "not a byte was received"}, FIX_QUERY},
    [FAILURE_RESET] = {ST_NETWORK, {"在应答之前断开了连接", "broke the connection before it answered"}, {0}, FIX_QUERY},
    [FAILURE_CUT] = {ST_NETWORK, {"的应答不完整", "sent half an answer"}, {0}, FIX_QUERY},
    [FAILURE_NOT_HTTP] = {ST_NETWORK, {"的应答不是 HTTP", "did not answer in HTTP"},
        {"应答没有可用的状态行，收到的字节已保留", "the answer has no usable status line; the bytes that came are kept"},
        {"检查端口，以及该用 http 还是 https", "check the port, and whether it is http or https"}},
    [FAILURE_HEAD_SIZE] = {ST_LIMIT, {"的应答头过大", "sent headers that are too large"}, {0}, FIX_SIZE},
    [FAILURE_BODY_SIZE] = {ST_LIMIT, {"的应答过大", "sent too large an answer"}, {0}, FIX_SIZE},
    [FAILURE_TIME] = {ST_TIMEOUT, {"未在时限内应答", "did not answer in time"}, {0},
        {"检查网络后重试；请求若已发出，先查询订单",
         "check the network and try again; if the request was sent, query the order first"}},
    [FAILURE_CANCELLED] = {ST_CANCELLED, {"的请求已取消", "was not waited for"},
        {"按要求中止", "the call was cancelled"},
        {"请求可能已经到达，再次发送前先查询订单",
         "the request may have arrived: query the order before sending again"}},
};

static const struct bi stages[STAGE_COUNT] = {
    [STAGE_NAME] = {"正在解析主机名", "while resolving the host name"},
    [STAGE_CONNECT] = {"正在建立连接", "while connecting"},
    [STAGE_TLS] = {"正在进行 TLS 握手", "in the TLS handshake"},
    [STAGE_WAIT] = {"请求已发出，正在等待应答", "the request was sent, waiting for the answer"},
    [STAGE_BODY] = {"正在接收应答", "while receiving the answer"},
};

/* X.509 verification results that people meet; the numbers are part of OpenSSL's interface. */
static const struct {
    long code;
    struct bi text;
} verdicts[] = {
    {9, {"证书尚未生效，请检查本机时钟", "it is not valid yet; check this machine's clock"}},
    {10, {"证书已过期", "it has expired"}},
    {18, {"证书是自签名的", "it is self-signed"}},
    {19, {"证书链终止于不受信任的自签名证书", "its chain ends in a self-signed certificate that is not trusted"}},
    {20, {"证书的签发者不受信任", "its issuer is not trusted"}},
    {21, {"服务器没有给出完整的证书链", "the server does not send the whole chain"}},
    {23, {"证书已被吊销", "it was revoked"}},
};
/* clang-format on */

/* Sets `why` to a reason made from the call's numbers, in buffers of WHY_MAX bytes. */
static void count_up(const struct failure *f, char *zh, char *en)
{
    size_t n = WHY_MAX;
    switch (f->kind) {
    case FAILURE_CUT:
        snprintf(zh, n, "连接在应答收完之前就断了，已收到的 %zu 字节正文已保留", f->kept);
        snprintf(
            en, n,
            "the connection ended before the answer was complete; kept of its body: %zu byte%s",
            f->kept, text_s(f->kept));
        break;
    case FAILURE_HEAD_SIZE:
        snprintf(zh, n, "超过了 %zu 字节，已停止接收", f->head_max);
        snprintf(en, n, "they are over %zu bytes, and receiving was stopped", f->head_max);
        break;
    case FAILURE_BODY_SIZE:
        snprintf(zh, n, "保留了前 %zu 字节，其后至少还有 %zu 字节", f->kept, f->dropped);
        snprintf(en, n, "the first %zu bytes are kept; at least %zu more came", f->kept,
                 f->dropped);
        break;
    case FAILURE_TIME:
        snprintf(zh, n, "%s，超过了 %ld 毫秒的时限，已收到 %zu 字节正文", stages[f->stage].zh,
                 f->limit_ms, f->kept);
        snprintf(en, n, "%s the limit of %ld ms passed; %zu byte%s of the body arrived",
                 stages[f->stage].en, f->limit_ms, f->kept, text_s(f->kept));
        break;
    default:
        break;
    }
}

static enum status say_client_file(const struct failure *f, struct err *err)
{
    return err_set(err, ST_ARGUMENT,
                   SAY("无法使用客户端证书 %s", "%s",
                       "检查商户配置的 client_cert 与 client_key：PEM 中没有私钥时两个都要；P12 "
                       "的密码是 mch_id"),
                   SAY("the client certificate %s cannot be used", "%s",
                       "check client_cert and client_key of the profile: a PEM without its key "
                       "needs both; a P12's password is the mch_id"),
                   f->path ? f->path : "", f->detail ? f->detail : "");
}

static enum status say_ca_file(const struct failure *f, struct err *err)
{
    return err_set(err, ST_ARGUMENT,
                   SAY("无法使用 CA 证书文件 %s", "%s",
                       "检查商户配置的 ca_file（或 --ca-file）：应是 PEM 证书"),
                   SAY("the file of CA certificates %s cannot be used", "%s",
                       "check ca_file of the profile (or --ca-file): it holds certificates as PEM"),
                   f->path ? f->path : "", f->detail ? f->detail : "");
}

enum status failure_say(const struct failure *f, struct err *err)
{
    if (f->kind == FAILURE_CLIENT_FILE) {
        return say_client_file(f, err);
    }
    if (f->kind == FAILURE_CA_FILE) {
        return say_ca_file(f, err);
    }
    const struct row *row = &rows[f->kind];
    char zh[WHY_MAX] = "", en[WHY_MAX] = "";
    struct bi why = row->why;
    count_up(f, zh, en);
    if (zh[0]) {
        why = (struct bi){zh, en};
    }
    for (size_t i = 0; f->kind == FAILURE_CERTIFICATE && i < ARRAY_COUNT(verdicts); i++) {
        if (verdicts[i].code == f->verdict) {
            why = verdicts[i].text;
        }
    }
    if (!why.zh) {
        why.zh = why.en = f->detail ? f->detail : "";
    }
    return err_set(err, row->status, SAY("%s %s%.0s", "%s%.0s", "%s%.0s"),
                   SAY("%s %.0s%s", "%.0s%s", "%.0s%s"), f->host, row->what.zh, row->what.en,
                   why.zh, why.en, row->fix.zh, row->fix.en);
}
