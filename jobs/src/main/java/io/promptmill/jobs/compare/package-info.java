/**
 * The command {@code compare}: two output folders go in; whether their rows are equal, the first differences, and what of
 * the plans explains them, come out. It writes to neither.
 */
package io.promptmill.jobs.compare;
