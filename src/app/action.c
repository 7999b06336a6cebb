/* SPDX-License-Identifier: MIT */
/*
 * The table of actions. Order is that of help and palette: what is used most comes first.
 * INTERFACE.md, "Keys of the console", binds the default keys.
 */
#include "app/action.h"

#include <string.h>

#define NAV ACTION_IN_NAV
#define BOTH ACTION_IN_BOTH
/* clang-format off */
static const struct action_row rows[] = {
    {ACTION_SEND, "send", "Ctrl-R F5", BOTH, {"发送", "Send"},
     {"签名并发送当前请求；Enter 从不发送", "Sign and send the request; Enter never sends"}, .hint = true},
    {ACTION_OPEN, "open", "Enter e", NAV, {"编辑/打开", "Edit/open"},
     {"编辑当前字段，或打开当前条目", "Edit the field, or open the item"}, .hint = true},
    {ACTION_BACK, "back", "Esc", BOTH, {"返回", "Back"},
     {"退出编辑、关闭弹窗；发送中则取消", "Leave EDIT, close a window; while sending: cancel"}, .hint = true},
    {ACTION_NEXT, "next", "Tab", BOTH, {"下一个", "Next"},
     {"下一个窗格；编辑时为下一个字段", "Next pane; in EDIT the next field"}, .hint = true},
    {ACTION_PREVIOUS, "previous", "Shift-Tab", BOTH, {"上一个", "Previous"},
     {"上一个窗格；编辑时为上一个字段", "Previous pane; in EDIT the previous field"}},
    {ACTION_PANE_1, "pane-1", "1", NAV, {"接口列表", "APIs"},
     {"转到窗格 1：接口列表", "Go to pane 1: the list of APIs"}},
    {ACTION_PANE_2, "pane-2", "2", NAV, {"表单", "Form"},
     {"转到窗格 2：请求表单", "Go to pane 2: the form"}},
    {ACTION_PANE_3, "pane-3", "3", NAV, {"签名", "Signature"},
     {"转到窗格 3：签名步骤", "Go to pane 3: the signature's steps"}},
    {ACTION_PANE_4, "pane-4", "4", NAV, {"请求 XML", "Request XML"},
     {"转到窗格 4：请求报文", "Go to pane 4: the request XML"}},
    {ACTION_PANE_5, "pane-5", "5", NAV, {"应答", "Response"},
     {"转到窗格 5：应答", "Go to pane 5: the response"}},
    {ACTION_PANE_6, "pane-6", "6", NAV, {"通知", "Notify"},
     {"转到窗格 6：通知与沙箱日志", "Go to pane 6: notices and the sandbox's log"}},
    {ACTION_UP, "up", "Up k", NAV, {"上移", "Up"}, {"上一行", "One line up"}},
    {ACTION_DOWN, "down", "Down j", NAV, {"下移", "Down"}, {"下一行", "One line down"}},
    {ACTION_LEFT, "left", "Left h", NAV, {"左移", "Left"},
     {"左移；不折行时向左滚动", "Left; scrolls when lines are not wrapped"}},
    {ACTION_RIGHT, "right", "Right l", NAV, {"右移", "Right"},
     {"右移；不折行时向右滚动", "Right; scrolls when lines are not wrapped"}},
    {ACTION_TOP, "top", "g Home", NAV, {"开头", "Top"}, {"到第一行", "To the first line"}},
    {ACTION_BOTTOM, "bottom", "G End", NAV, {"末尾", "Bottom"}, {"到最后一行", "To the last line"}},
    {ACTION_PAGE_UP, "page-up", "PgUp", NAV, {"上一页", "Page up"}, {"向上一页", "One page up"}},
    {ACTION_PAGE_DOWN, "page-down", "PgDn", NAV, {"下一页", "Page down"}, {"向下一页", "One page down"}},
    {ACTION_TAB_LEFT, "tab-left", "[", NAV, {"上一标签", "Previous tab"},
     {"窗格内的上一个标签", "Previous tab inside the pane"}},
    {ACTION_TAB_RIGHT, "tab-right", "]", NAV, {"下一标签", "Next tab"},
     {"窗格内的下一个标签", "Next tab inside the pane"}},
    {ACTION_PALETTE, "palette", "Ctrl-P :", BOTH, {"命令", "Commands"},
     {"列出全部操作，可按中文或英文名查找", "All actions, found by Chinese or English name"}, .hint = true},
    {ACTION_COPY, "copy", "y", NAV, {"复制", "Copy"},
     {"复制菜单：签名、待签串、XML、curl、应答", "Copy menu: sign, joined text, XML, curl, reply"}, .hint = true},
    {ACTION_SEARCH, "search", "/", NAV, {"查找", "Find"},
     {"查找或筛选；以 ! 开头表示取反", "Search or filter; a leading ! inverts"}, .hint = true},
    {ACTION_SEARCH_NEXT, "search-next", "n", NAV, {"下一处", "Find next"},
     {"下一处匹配", "Next match"}},
    {ACTION_SEARCH_PREVIOUS, "search-previous", "N", NAV, {"上一处", "Find previous"},
     {"上一处匹配", "Previous match"}},
    {ACTION_GENERATE, "generate", "Ctrl-G", BOTH, {"生成", "Generate"},
     {"为当前字段生成值：订单号、随机串、时间", "Generate the field's value: order number, nonce, time"}, .hint = true},
    {ACTION_TOGGLE, "toggle", "Space", NAV, {"启停字段", "Switch"},
     {"启用或停用字段（值保留）；在列表中标记", "Switch a field off or on (its value stays); mark in lists"}},
    {ACTION_ALL_FIELDS, "all-fields", "a", NAV, {"全部字段", "All fields"},
     {"显示或隐藏未启用的可选字段", "Show or hide the optional fields"}, .hint = true},
    {ACTION_ADD_FIELD, "add-field", "+", NAV, {"添加字段", "Add field"},
     {"添加目录中没有的字段", "Add a field that the catalogue does not know"}},
    {ACTION_NEXT_PROBLEM, "next-problem", "!", NAV, {"下一问题", "Next problem"},
     {"转到下一个有问题的字段", "Go to the next field with a problem"}},
    {ACTION_CLEAR_FIELD, "clear-field", "Ctrl-U", BOTH, {"清空", "Clear"},
     {"清空当前字段", "Clear the field"}},
    {ACTION_UNDO, "undo", "u edit:Ctrl-Z", BOTH, {"撤销", "Undo"},
     {"撤销上一步修改（编辑时为 Ctrl-Z）", "Undo the last change (Ctrl-Z in EDIT)"}},
    {ACTION_REDO, "redo", "U", NAV, {"重做", "Redo"}, {"重做撤销的修改", "Redo what was undone"}},
    {ACTION_EDITOR, "editor", "F4", BOTH, {"外部编辑器", "Editor"},
     {"用 $EDITOR 编辑字段内容", "Edit the field's text in $EDITOR"}},
    {ACTION_PAGER, "pager", "v F3", BOTH, {"全文", "Pager"},
     {"全屏查看内容：应答的原始字节、XML、待签串", "See the whole text: raw reply, XML, joined text"}},
    {ACTION_HELP_FIELD, "help-field", "F1", BOTH, {"说明", "Help"},
     {"当前字段的含义、长度与来源", "What the focused field means, its limits and source"}, .hint = true},
    {ACTION_HELP_KEYS, "help-keys", "?", NAV, {"按键", "Keys"},
     {"全部按键", "All keys"}, .hint = true},
    {ACTION_TOUR, "tour", "F8", BOTH, {"演示流程", "Tour"},
     {"跟着演示流程一步一步看：下单、付款、通知、退款、签名错误", "Follow a flow step by step: order, payment, notification, refund, a wrong signature"}},
    {ACTION_PROFILE, "profile", "p", NAV, {"商户", "Profile"},
     {"选择、添加、编辑、检查、删除商户配置", "Choose, add, edit, check or remove merchant profiles"}, .hint = true},
    {ACTION_LANG, "language", "F2", BOTH, {"English", "中文"},
     {"切换中文与英文", "Switch between Chinese and English"}},
    {ACTION_THEME, "theme", "T", NAV, {"主题", "Theme"},
     {"选择主题", "Choose a theme"}},
    {ACTION_SAVE, "save", "Ctrl-S", BOTH, {"保存", "Save"},
     {"把表单保存为文件，或保存正在编辑的商户配置", "Save the form to a file, or the profile being edited"}},
    {ACTION_IMPORT, "import", "I", NAV, {"导入", "Import"},
     {"从文件导入：XML、JSON、日志、curl、HAR、Postman（也可直接粘贴）", "Take a message from a file: XML, JSON, log, curl, HAR, Postman (pasting works too)"}},
    {ACTION_ZOOM, "zoom", "f", NAV, {"放大", "Zoom"},
     {"当前窗格占满屏幕，再按还原", "The pane fills the screen; again restores"}},
    {ACTION_NARROWER, "narrower", "<", NAV, {"变窄", "Narrower"},
     {"缩小当前窗格", "Make the pane narrower"}},
    {ACTION_WIDER, "wider", ">", NAV, {"变宽", "Wider"},
     {"放大当前窗格", "Make the pane wider"}},
    {ACTION_WRAP, "wrap", "w", NAV, {"折行", "Wrap"},
     {"长行折行或横向滚动", "Wrap long lines, or scroll sideways"}},
    {ACTION_DIAGNOSE, "diagnose", "d", NAV, {"诊断", "Diagnose"},
     {"说明签名为何不符", "Say why the signature does not hold"}},
    {ACTION_THOROUGH, "thorough", "D", NAV, {"试到底", "Go on"},
     {"诊断没有试完时继续试到底，可能要几分钟；Esc 停止", "Try what a diagnosis left out, which may take minutes; Esc stops"}},
    {ACTION_CALLS, "calls", "o", NAV, {"后续调用", "Next calls"},
     {"此时可以调用的接口", "What can be called next"}},
    {ACTION_LIFE, "life", "L", NAV, {"订单经过", "Life"},
     {"订单的状态图：现在在哪里、怎么来的、接下来可能怎样", "The order's states: where it is, what led there, what may come next"}},
    {ACTION_LISTEN, "listen", "6:l", NAV, {"监听", "Listen"},
     {"启动或停止通知监听", "Start or stop the notify listener"}},
    {ACTION_TRIGGER, "trigger", "t", NAV, {"触发通知", "Trigger"},
     {"构造并发送一条通知", "Build and send a notice"}},
    {ACTION_PAY, "pay", "P", NAV, {"模拟付款", "Pay"},
     {"在沙箱中扮演付款用户", "Play the paying user in the sandbox"}},
    {ACTION_REPLAY, "replay", "r", NAV, {"重发", "Resend"},
     {"重发选中的请求或通知", "Send the selected request or notice again"}},
    {ACTION_HISTORY, "history", "H", NAV, {"历史", "History"},
     {"全部请求与通知", "All calls and notices"}},
    {ACTION_PRIVATE, "private", "F7", BOTH, {"不留记录", "Private"},
     {"之后的请求与通知不写入历史文件，再按恢复", "From here on nothing is written to the history; again ends it"}},
    {ACTION_RETENTION, "retention", "F9", BOTH, {"历史上限", "Limits"},
     {"历史最多保留多少条、多少兆字节", "How many rows and MiB the history keeps"}},
    {ACTION_COMPARE, "compare", "=", NAV, {"比较", "Compare"},
     {"比较两个标记的条目", "Compare two marked items"}},
    {ACTION_AGAINST, "against", "V", NAV, {"对照签名", "Check a sign"},
     {"把对方的签名或待签串与我方的对照，说明为何不同", "Put the other side's signature or joined string beside ours, and say why they differ"}},
    {ACTION_REMOVE, "remove", "Del", NAV, {"删除", "Remove"},
     {"删除（先询问）", "Remove (asks first)"}},
    {ACTION_MOUSE, "mouse", "M", NAV, {"鼠标", "Mouse"},
     {"启用或停用鼠标（停用时终端可选择文字）", "Mouse on or off (off: the terminal selects text)"}},
    {ACTION_REDRAW, "redraw", "Ctrl-L", BOTH, {"重绘", "Redraw"},
     {"重绘整个屏幕", "Draw the whole screen anew"}},
    {ACTION_SUSPEND, "suspend", "Ctrl-Z", NAV, {"挂起", "Suspend"},
     {"挂起到后台，fg 恢复", "Suspend to the shell; fg brings it back"}},
    {ACTION_CLOSE, "close", "q", NAV, {"返回/退出", "Back/quit"},
     {"返回；在主屏幕则退出", "Back; on the main screen: quit"}, .hint = true},
    {ACTION_QUIT, "quit", "Q Ctrl-C", BOTH, {"退出程序", "Quit"},
     {"退出；有未保存或进行中的内容时先询问", "Quit; asks only if something is unsaved or under way"}},
};
/* clang-format on */

const struct action_row *action_rows(size_t *count)
{
    *count = ARRAY_COUNT(rows);
    return rows;
}

const struct action_row *action_row(enum action a)
{
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        if (rows[i].action == a)
            return &rows[i];
    }
    return NULL;
}

enum action action_find(const char *id)
{
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        if (strcmp(rows[i].id, id) == 0)
            return rows[i].action;
    }
    return ACTION_NONE;
}
