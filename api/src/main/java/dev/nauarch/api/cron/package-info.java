/** Schedules of five fields. Start at {@link dev.nauarch.api.cron.CronSchedule}. */
@NullMarked
package dev.nauarch.api.cron;

import org.jspecify.annotations.NullMarked;
