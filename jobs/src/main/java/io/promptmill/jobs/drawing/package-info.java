/**
 * Pictures as SVG, readable on light and dark ground: curves, boxes with arrows, avatars, and the picture of a model. Plain
 * values go in; texts of strangers are escaped here.
 */
package io.promptmill.jobs.drawing;
