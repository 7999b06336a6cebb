/* SPDX-License-Identifier: MIT */
/*
 * Judging a theme: contrast after WCAG 2, colour-blind eyes after Machado, Oliveira and
 * Fernandes (2009, severity 1), distances in CIE L*a*b* (1976).
 *
 * Only colours that the theme itself names can be judged; where it leaves the terminal's own
 * colour nothing is known, and nothing needs to be.
 */
#include "tui/theme.h"

#include <math.h>

#include "core/base.h"

static const double machado[THEME_VISIONS][3][3] = {
    [THEME_NORMAL] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    [THEME_PROTAN] = {{0.152286, 1.052583, -0.204868},
                      {0.114503, 0.786281, 0.099216},
                      {-0.003882, -0.048116, 1.051998}},
    [THEME_DEUTAN] = {{0.367322, 0.860646, -0.227968},
                      {0.280085, 0.672501, 0.047413},
                      {-0.011820, 0.042940, 0.968881}},
    [THEME_TRITAN] = {{1.255528, -0.076749, -0.178779},
                      {-0.078411, 0.930809, 0.147602},
                      {0.004733, 0.691367, 0.303900}},
};

/* Pairs that must differ without colour, because the difference says something. */
static const enum theme_role told_apart[][2] = {
    {THEME_FRAME, THEME_FRAME_FOCUS}, {THEME_TEXT, THEME_SELECTION},
    {THEME_TEXT, THEME_MATCH},        {THEME_VALUE, THEME_EDIT},
    {THEME_TEXT, THEME_ERROR},        {THEME_OK, THEME_ERROR},
    {THEME_OK, THEME_WARN},           {THEME_WARN, THEME_ERROR},
    {THEME_TITLE, THEME_PRODUCTION},  {THEME_STATUS, THEME_PRODUCTION},
    {THEME_SELECTION, THEME_MATCH},
};

static const enum theme_role states[] = {THEME_OK, THEME_WARN, THEME_ERROR};

/* ---- Colour arithmetic ---- */

static void to_linear(int32_t rgb, double out[3])
{
    for (int i = 0; i < 3; i++) {
        double c = (rgb >> (16 - 8 * i) & 0xff) / 255.0;
        out[i] = c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
    }
}

static int32_t from_linear(const double in[3])
{
    int32_t rgb = 0;
    for (int i = 0; i < 3; i++) {
        double c = fmin(1, fmax(0, in[i]));
        c = c <= 0.0031308 ? 12.92 * c : 1.055 * pow(c, 1 / 2.4) - 0.055;
        rgb = rgb << 8 | (int32_t)lround(255 * c);
    }
    return rgb;
}

static double luminance(int32_t rgb)
{
    double c[3];
    to_linear(rgb, c);
    return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
}

static double lab_curve(double t)
{
    return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116;
}

static void to_lab(int32_t rgb, double lab[3])
{
    static const double xyz[3][3] = {{0.4124564, 0.3575761, 0.1804375},
                                     {0.2126729, 0.7151522, 0.0721750},
                                     {0.0193339, 0.1191920, 0.9503041}};
    static const double white[3] = {0.95047, 1, 1.08883}; /* D65 */
    double c[3], f[3];
    to_linear(rgb, c);
    for (int i = 0; i < 3; i++) {
        f[i] = lab_curve((xyz[i][0] * c[0] + xyz[i][1] * c[1] + xyz[i][2] * c[2]) / white[i]);
    }
    lab[0] = 116 * f[1] - 16;
    lab[1] = 500 * (f[0] - f[1]);
    lab[2] = 200 * (f[1] - f[2]);
}

double theme_contrast(int32_t a, int32_t b)
{
    double la = luminance(a);
    double lb = luminance(b);
    return (fmax(la, lb) + 0.05) / (fmin(la, lb) + 0.05);
}

int32_t theme_seen(int32_t rgb, enum theme_vision vision)
{
    double c[3], seen[3];
    to_linear(rgb, c);
    for (int i = 0; i < 3; i++) {
        const double *m = machado[vision][i];
        seen[i] = m[0] * c[0] + m[1] * c[1] + m[2] * c[2];
    }
    return from_linear(seen);
}

double theme_distance(int32_t a, int32_t b, enum theme_vision vision)
{
    double x[3], y[3];
    to_lab(theme_seen(a, vision), x);
    to_lab(theme_seen(b, vision), y);
    return sqrt(pow(x[0] - y[0], 2) + pow(x[1] - y[1], 2) + pow(x[2] - y[2], 2));
}

/* ---- Judging ---- */

static struct err *finding(struct theme_report *report)
{
    if (report->count == THEME_WARNINGS_MAX) {
        report->left++;
        return NULL;
    }
    return &report->items[report->count++];
}

double theme_role_contrast(const struct theme *t, enum theme_role role)
{
    const struct theme_style *s = &t->role[role];
    return s->fg == THEME_DEFAULT || s->bg == THEME_DEFAULT ? 0 : theme_contrast(s->fg, s->bg);
}

static void check_contrast(const struct theme *t, struct theme_report *report)
{
    for (int i = 0; i < THEME_ROLES; i++) {
        double least =
            i == THEME_FRAME || i == THEME_FRAME_FOCUS ? THEME_CONTRAST_FRAME : THEME_CONTRAST_TEXT;
        double ratio = theme_role_contrast(t, i);
        if (ratio > 0 && ratio < least) {
            err_set(finding(report), ST_REFUSED,
                    SAY("%s：对比度 %.2f", "至少要 %.1f", "把 fg 与 bg 拉开"),
                    SAY("%s: contrast %.2f", "%.1f is the least", "move fg and bg apart"),
                    theme_role_name(i), ratio, least);
        }
    }
}

/* Says whose eyes. */
static void name_eyes(struct err *err, enum theme_vision vision)
{
    switch (vision) {
    case THEME_PROTAN:
        err_wrap(err, "红色盲", "protanopia");
        break;
    case THEME_DEUTAN:
        err_wrap(err, "绿色盲", "deuteranopia");
        break;
    case THEME_TRITAN:
        err_wrap(err, "蓝色盲", "tritanopia");
        break;
    default:
        err_wrap(err, "正常色觉", "normal sight");
    }
}

static void check_eyes(const struct theme *t, struct theme_report *report)
{
    for (int i = 0; i < THEME_VISIONS * (int)ARRAY_COUNT(states); i++) {
        enum theme_vision vision = i / (int)ARRAY_COUNT(states);
        enum theme_role a = states[i % (int)ARRAY_COUNT(states)];
        enum theme_role b = states[(i + 1) % (int)ARRAY_COUNT(states)];
        int32_t x = t->role[a].fg;
        int32_t y = t->role[b].fg;
        double distance = x == THEME_DEFAULT || y == THEME_DEFAULT ? THEME_DISTANCE_MIN
                                                                   : theme_distance(x, y, vision);
        if (distance < THEME_DISTANCE_MIN) {
            struct err *err = finding(report);
            err_set(err, ST_REFUSED,
                    SAY("%s 与 %s 难以区分", "色差 %.1f，至少要 %.1f", "拉开两者的亮度"),
                    SAY("%s and %s look alike", "distance %.1f, at least %.1f is needed",
                        "make one of them lighter"),
                    theme_role_name(a), theme_role_name(b), distance, THEME_DISTANCE_MIN);
            name_eyes(err, vision);
        }
    }
}

static void check_colorless(const struct theme *t, struct theme_report *report)
{
    for (size_t i = 0; i < ARRAY_COUNT(told_apart); i++) {
        enum theme_role a = told_apart[i][0];
        enum theme_role b = told_apart[i][1];
        if (t->role[a].mono == t->role[b].mono) {
            err_set(finding(report), ST_REFUSED,
                    SAY("%s 与 %s 只靠颜色区分", "没有颜色的终端上看不出差别",
                        "给其中一个不同的 mono 属性"),
                    SAY("%s and %s differ by colour alone",
                        "a terminal without colour shows no difference",
                        "give one of them another mono attribute"),
                    theme_role_name(a), theme_role_name(b));
        }
    }
}

bool theme_check(const struct theme *t, struct theme_report *report)
{
    *report = (struct theme_report){0};
    check_contrast(t, report);
    check_eyes(t, report);
    check_colorless(t, report);
    return report->count == 0;
}
