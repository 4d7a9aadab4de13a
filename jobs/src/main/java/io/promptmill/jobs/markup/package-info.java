/**
 * How texts of strangers stand in Markdown, HTML and SVG: as the text that they are, on one line, whatever they hold.
 */
package io.promptmill.jobs.markup;
