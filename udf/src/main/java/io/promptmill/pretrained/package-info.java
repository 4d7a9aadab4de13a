/**
 * One way to open a pretrained model. A {@link io.promptmill.pretrained.ModelSource} brings its folders to this machine;
 * {@link io.promptmill.pretrained.PretrainedModel} checks what is in them and makes the compiled archive.
 */
package io.promptmill.pretrained;
