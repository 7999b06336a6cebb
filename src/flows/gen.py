import json
def T(zh,en): return {"zh":zh,"en":en}
def step(do,zh,en,**k):
    d={"do":do,"say":T(zh,en)}; d.update(k); return d
def flow(name,title,summary,steps):
    d={"name":name,"title":T(*title),"summary":T(*summary),"steps":steps}
    out="{\n"
    out+='  "name": %s,\n'%json.dumps(name)
    for k in ("title","summary"):
        out+='  "%s": {\n    "zh": %s,\n    "en": %s\n  },\n'%(k,json.dumps(d[k]["zh"],ensure_ascii=False),json.dumps(d[k]["en"]))
    out+='  "steps": [\n'
    parts=[]
    for s in steps:
        p='    {\n      "do": %s'%json.dumps(s["do"])
        for k in ("look","api","set","event","act","code","document","expect"):
            if k in s: p+=',\n      "%s": %s'%(k,json.dumps(s[k],ensure_ascii=False))
        p+=',\n      "say": {\n        "zh": %s,\n        "en": %s\n      }\n    }'%(json.dumps(s["say"]["zh"],ensure_ascii=False),json.dumps(s["say"]["en"],ensure_ascii=False))
        parts.append(p)
    out+=",\n".join(parts)+"\n  ]\n}\n"
    open(name+".json","w").write(out)

PAID={"trust":"genuine"}
pay=lambda: step("pay","用户付款。在控制台里就是 P：沙箱把订单记为已支付，并向 notify_url 投递支付结果通知。","The user pays. In the console that is P: the sandbox marks the order paid and delivers the payment notification to notify_url.")
wait=lambda: step("wait","通知到了窗格 6：先验签，再核对订单号与金额，都对上才应答 SUCCESS。以通知或查询为准，不要以前端的返回为准。","The notification is in pane 6: first its signature is verified, then order number and amount are compared; only then is it answered SUCCESS. Trust the notification or a query, never what the client page says.",look="notify",event="payment",expect=PAID)
query=lambda: step("send","查询订单：trade_state 是 SUCCESS。没收到通知时就靠它。","The order is queried: trade_state is SUCCESS. This is what to do when no notification comes.",look="reply",expect={"outcome":"success","trade_state":"SUCCESS"})
cq=lambda: step("choose","选择 查询订单，订单号取自刚才的请求。","orderquery is chosen; the order number comes from the request before.",look="form",api="orderquery",set={"out_trade_no":"$out_trade_no"})
def order(tt,zh,en,extra=None):
    s={"trade_type":tt}; s.update(extra or {})
    return step("choose",zh,en,look="form",api="unifiedorder",set=s)

flow("native-payment",("扫码支付（NATIVE）","QR code payment (NATIVE)"),("下单得到 code_url，做成二维码，用户扫码付款，收到通知。","An order gives code_url, shown as a QR code; the user scans it and pays; the notification arrives."),[
 order("NATIVE","统一下单，trade_type=NATIVE。这种方式要有 product_id。看窗格 2：必填项已经填好。","A unified order with trade_type=NATIVE, which needs product_id. Pane 2: what is required is filled in."),
 step("say","窗格 3 是签名的每一步：取哪些参数、怎么排序、拼成什么、用什么算法。改动任何字段，签名立即变化。","Pane 3 shows each step of the signature: which parameters take part, their order, the joined text, the digest. Any change of a field changes it at once.",look="sign"),
 step("send","发送。应答的签名已验证；code_url 就是二维码的内容，有效期两小时。","It is sent. The reply's signature was verified; code_url is what the QR code holds, valid for two hours.",look="reply",expect={"outcome":"success","trade_type":"NATIVE"}),
 pay(),wait(),cq(),query()])
flow("jsapi-payment",("公众号与小程序支付（JSAPI）","In-WeChat payment (JSAPI)"),("下单得到 prepay_id，再做第二次签名交给前端，收到通知。","An order gives prepay_id; a second signature goes to the client page; the notification arrives."),[
 order("JSAPI","统一下单，trade_type=JSAPI。必须有付款人的 openid，而且是这个 appid 下的 openid。","A unified order with trade_type=JSAPI. It needs the payer's openid, the one under this appid.",{"openid":"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}),
 step("send","应答里是 prepay_id。它不能直接用：要和 appId、timeStamp、nonceStr、signType 一起再签一次名。","The reply holds prepay_id. It is not used as it is: together with appId, timeStamp, nonceStr and signType it is signed a second time.",look="reply",expect={"outcome":"success","trade_type":"JSAPI"}),
 step("say","第二次签名常见的错误：appid 写成小写、timeStamp 不是字符串、package 漏了 prepay_id= 前缀、两次签名算法不同。","Frequent mistakes of the second signature: appid in lower case, timeStamp as a number, package without prepay_id=, another algorithm than the order's."),
 pay(),wait()])
flow("app-payment",("APP 支付","Payment in an app (APP)"),("下单得到 prepay_id，APP 的调起参数全部小写，收到通知。","An order gives prepay_id; the app's call-up parameters are all lower case; the notification arrives."),[
 order("APP","统一下单，trade_type=APP。不需要 openid，也不需要 product_id。","A unified order with trade_type=APP. It needs neither openid nor product_id."),
 step("send","得到 prepay_id。APP 端签名的参数名全小写：appid partnerid prepayid package noncestr timestamp，package 固定为 Sign=WXPay。","prepay_id is there. The app signs lower-case names: appid partnerid prepayid package noncestr timestamp, with package always Sign=WXPay.",look="reply",expect={"outcome":"success","trade_type":"APP"}),
 pay(),wait()])
flow("mweb-payment",("手机网页支付（MWEB，H5）","Mobile web payment (MWEB, H5)"),("下单得到 mweb_url，浏览器打开它唤起微信，收到通知。","An order gives mweb_url; the browser opens it and calls up WeChat; the notification arrives."),[
 order("MWEB","统一下单，trade_type=MWEB。必须有 scene_info，里面的 h5_info 说明网站的名称和地址。","A unified order with trade_type=MWEB. It needs scene_info, whose h5_info names the site.",{"scene_info":"{\"h5_info\":{\"type\":\"Wap\",\"wap_url\":\"https://shop.example.com\",\"wap_name\":\"示例商城\"}}"}),
 step("send","mweb_url 五分钟内有效，只能在手机浏览器里从商户自己的网页跳转。要指定付完后回到哪里，在它后面接上 redirect_url。","mweb_url is valid for five minutes, and only from the merchant's own page in a phone's browser. To say where to go afterwards, append redirect_url.",look="reply",expect={"outcome":"success","trade_type":"MWEB"}),
 pay(),wait()])
flow("contract-payment",("支付中签约","Payment with a contract"),("一次下单既付款又签约：两个结果互相独立，两个通知各自到达。","One order pays and signs a contract: two independent results, two independent notifications."),[
 step("choose","支付中签约：普通下单的字段，加上签约的字段。contract_mchid 与 mch_id、contract_appid 与 appid 必须相同。","contractorder: the fields of an order and those of a contract. contract_mchid must equal mch_id, contract_appid must equal appid.",look="form",api="contractorder"),
 step("send","应答里有两个结果：result_code 说下单，contract_result_code 说预签约。下单成功而预签约失败是可能的，照常付款即可。","The reply holds two results: result_code for the order, contract_result_code for the contract. The order may succeed while the contract fails; it can be paid all the same.",look="reply",expect={"outcome":"success","contract_result_code":"SUCCESS"}),
 pay(),wait(),
 step("wait","签约结果发往另一个地址 contract_notify_url，与支付通知的先后不定。它没有 nonce_str。","The contract's result goes to another address, contract_notify_url, before or after the payment's. It has no nonce_str.",look="notify",event="contract-add",expect=PAID)])
flow("deposit",("支付押金：支付、消费、退款","Deposit: pay, consume, refund"),("押金单独一套接口：冻结、消费一部分、退还其余。","Deposits have APIs of their own: freeze, consume a part, return the rest."),[
 step("choose","押金下单。押金的接口只认 HMAC-SHA256。","A deposit order. The deposit APIs know HMAC-SHA256 only.",look="form",api="deposit_unifiedorder",set={"total_fee":"100"}),
 step("send","下单成功，得到 prepay_id。","The order is placed; prepay_id is there.",look="reply",expect={"outcome":"success"}),
 step("pay","用户支付押金：钱从用户账户转到商户的押金账户。","The user pays the deposit: the money goes to the merchant's deposit account."),
 step("wait","押金支付结果的通知，验签后应答 SUCCESS。","The notification of the deposit's payment; verified, then answered SUCCESS.",look="notify",event="deposit",expect=PAID),
 step("choose","消费押金：consume_fee 不能超过押金，只能消费一次。","Consuming: consume_fee at most the deposit, and only once.",look="form",api="deposit_consume",set={"out_trade_no":"$out_trade_no","transaction_id":"","total_fee":"100","consume_fee":"30"}),
 step("send","消费成功，其余 70 分自动退还给用户。","It is consumed; the other 70 fen go back to the user by themselves.",look="reply",expect={"outcome":"success"}),
 step("choose","查询押金订单。","The deposit order is queried.",look="form",api="deposit_orderquery",set={"out_trade_no":"$out_trade_no"}),
 step("send","看应答里的 trade_state。","See trade_state in the reply.",look="reply",expect={"outcome":"success"})])
flow("gateway-wap",("第三方网关的 WAP 支付","WAP payment through a third-party gateway"),("网关是另一套协议：status 与 result_code 为 0 表示成功，只用 MD5，密钥是网关的。","The gateway is another dialect: status and result_code 0 mean success, MD5 only, the gateway's own key."),[
 step("choose","service=pay.weixin.wap。商户号与密钥都是网关分配的，不能与微信支付的混用。","service=pay.weixin.wap. Merchant id and key are the gateway's, never WeChat Pay's.",look="form",api="wap"),
 step("send","status=0 且 result_code=0 才是成功。pay_info 或 mweb_url 是要打开的地址。","Only status=0 and result_code=0 mean success. The reply names the address to open.",look="reply",expect={"outcome":"success"}),
 pay(),
 step("wait","网关的通知：验签后回复纯文本 success，多一个字都不行。","The gateway's notification: verified, it is answered with the plain text success, not one character more.",look="notify",event="gateway-payment",expect=PAID)])
flow("repeated-notice",("同一个通知来了两次","The same notification twice"),("通知会重复：处理必须幂等，重复的也要应答成功。","Notifications repeat: handle them idempotently, and acknowledge the repeat as well."),[
 order("NATIVE","先下一个订单。","First an order."),
 step("send","下单成功。","It is placed.",look="reply",expect={"outcome":"success"}),
 pay(),wait(),
 step("repeat","平台没有等到应答时，会按 15 秒、15 秒、30 秒、3 分钟……再次发送同样的通知。","When the platform misses the answer it sends the same notification again, after 15 s, 15 s, 30 s, 3 min and so on.",look="notify"),
 step("wait","窗格 6 标明它是重复的：同一个 transaction_id 已经确认过。不要再次发货，但仍应答 SUCCESS，否则它还会再来。","Pane 6 marks it as a repeat: this transaction_id was acknowledged before. Do not deliver the goods twice, but answer SUCCESS, or it comes again.",look="notify",event="payment",expect={"trust":"genuine","duplicate":"true"})])
flow("refund",("退款","Refund"),("已支付的订单退一部分：退款需要证书，结果通知是加密的。","Part of a paid order is refunded: the call wants a certificate, the notification is encrypted."),[
 order("NATIVE","先下一个一元的订单。","First an order of one yuan.",{"total_fee":"100"}),
 step("send","下单成功。","It is placed.",look="reply",expect={"outcome":"success"}),
 pay(),wait(),
 step("choose","申请退款：退款单号由商户生成，同一单号重复提交只退一次。这是动用资金的接口，正式环境还要证书。","A refund: the merchant makes out_refund_no, and the same number is refunded once only. This API moves money, and in production it wants a certificate.",look="form",api="refund",set={"out_trade_no":"$out_trade_no","transaction_id":"","total_fee":"100","refund_fee":"30"}),
 step("send","受理成功不等于退款到账。","Accepted does not mean paid back.",look="reply",expect={"outcome":"success"}),
 step("wait","退款通知没有 sign，内容在 req_info 里，用密钥 MD5 值的小写形式做 AES-256-ECB 解密。","The refund notification has no sign: its content is in req_info, encrypted by AES-256-ECB under the lower-case MD5 of the key.",look="notify",event="refund"),
 step("choose","查询退款。","The refund is queried.",look="form",api="refundquery",set={"out_trade_no":"$out_trade_no","transaction_id":"","out_refund_no":"","refund_id":""}),
 step("send","refund_status_0 是这笔退款的状态。","refund_status_0 is the state of this refund.",look="reply",expect={"outcome":"success","refund_count":"1"})])
flow("wrong-signature",("签名错误，以及怎样找到原因","A signature that does not hold, and how to find out why"),("故意发一个错误的签名，看网关怎样拒绝；再让诊断说出另一方签错在哪里。","A wrong signature is sent on purpose to see the refusal; then the diagnosis says what the other side did wrong."),[
 order("NATIVE","下单，但签名用手工填的值。","An order whose signature is typed by hand.",{"sign":"0123456789ABCDEF0123456789ABCDEF"}),
 step("send","网关答复 return_code=FAIL，签名错误。这种应答没有签名。沙箱会说明它拼接了什么，真实的网关不会。","The gateway answers return_code=FAIL, 签名错误; such a reply is unsigned. The sandbox says what it joined, the real gateway does not.",look="reply",expect={"outcome":"communication-fail"}),
 step("diagnose","这是日志里的一条请求，签名对不上。诊断逐一尝试已知的错误，直到算出收到的签名：另一方把 body 按 GBK 编码签了名。","This request from a log does not verify. The diagnosis tries the known mistakes until one gives the signature received: the other side signed body as GBK.",look="sign",document="@GBK@",expect={"cause":"@CAUSE@"})])
