/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/base/clock.h"

#include <stdio.h>

#define SECONDS_A_DAY     86400
#define DAYS_IN_400_YEARS 146097

struct date {
    int year, month, day;
};

/* Counted in years that begin in March, so that the leap day is the last of its year: the months'
 * lengths then follow one straight line. */
static struct date date_of(long days_since_1970)
{
    long days = days_since_1970 + 719468; /* since the first of March of the year 0 */
    long era = days / DAYS_IN_400_YEARS;
    long day_of_era = days % DAYS_IN_400_YEARS;
    long year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    long day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    long month_from_march = (5 * day_of_year + 2) / 153;
    int month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);

    return (struct date){
        .year = (int)(year_of_era + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
    };
}

void clock_format(const struct timespec *when, bool with_nanoseconds,
                  char out_text[CLOCK_TEXT_BYTES])
{
    struct date date = date_of(when->tv_sec / SECONDS_A_DAY);
    int second = (int)(when->tv_sec % SECONDS_A_DAY);
    int length = snprintf(out_text, CLOCK_TEXT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d", date.year,
                          date.month, date.day, second / 3600, second / 60 % 60, second % 60);

    if (with_nanoseconds)
        length += snprintf(out_text + length, (size_t)(CLOCK_TEXT_BYTES - length), ".%09ld",
                           when->tv_nsec);
    snprintf(out_text + length, (size_t)(CLOCK_TEXT_BYTES - length), "Z");
}

void clock_format_now(bool with_nanoseconds, char out_text[CLOCK_TEXT_BYTES])
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    clock_format(&now, with_nanoseconds, out_text);
}
