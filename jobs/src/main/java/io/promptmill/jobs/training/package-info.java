/**
 * The training itself, by one Spark task: steps, evaluations, checkpoints, and how it ends. What it does is a function of its
 * recipe, its blocks and the checkpoint that it goes on from.
 */
package io.promptmill.jobs.training;
