/**
 * One way to open a pretrained model. A {@link io.promptmill.pretrained.ModelName} is looked up among folders, their
 * versions and the models of the hub, a {@link io.promptmill.pretrained.ModelSource} brings it to this machine, and {@link
 * io.promptmill.pretrained.PretrainedModel} checks what is in it and makes the compiled archive.
 */
package io.promptmill.pretrained;
