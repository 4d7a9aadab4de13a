/**
 * Training of a causal language model: gradients and updates of its weights on a device, and the models it starts from and
 * ends with as Hugging Face folders. {@link io.promptmill.training.TrainingModel} is the network that learns; which tokens
 * it sees, in which order and at which rate is the caller's.
 */
package io.promptmill.training;
