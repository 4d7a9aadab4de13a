/**
 * The model of a command on the driver: a checkpoint opened, checked, digested and compiled. Without one that is named it
 * is the sample model in this jar.
 */
package io.promptmill.jobs.model;
