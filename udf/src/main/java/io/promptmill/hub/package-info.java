/**
 * Models of the Hugging Face hub by name: looked up in the cache that huggingface_hub keeps, and fetched into it. Start with
 * {@link io.promptmill.hub.Hub}; protocol, settings and layout are those of huggingface_hub 2.4.
 */
package io.promptmill.hub;
