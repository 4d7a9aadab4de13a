/**
 * The command {@code finetune}: a model is trained further on texts by one Spark task, and becomes the next version of a
 * model's folder. A run writes down all it does below {@code runs/ID}, and goes on from its newest checkpoint.
 */
package io.promptmill.jobs.finetune;
