/**
 * LoRA adapters of PEFT. {@link io.promptmill.checkpoint.lora.LoraAdapter} reads one, checks it against its configuration,
 * and merges it into the tensors of its base.
 */
package io.promptmill.checkpoint.lora;
