/**
 * What a training run writes down of itself: run, metrics, samples, and where its data and models came from. Records and
 * their JSON, without files: who runs a training decides where they lie.
 */
package io.promptmill.jobs.tracking;
