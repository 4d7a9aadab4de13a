/**
 * What a run shows while it goes on and when it has ended, and the limits at which it stops. Tasks count, the driver's
 * listener adds up, console and limits look at the sums.
 */
package io.promptmill.jobs.progress;
