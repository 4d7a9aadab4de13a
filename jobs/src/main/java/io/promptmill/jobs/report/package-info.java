/**
 * A run as one HTML page that needs nothing else. {@code RunStory} goes in; the page comes out.
 */
package io.promptmill.jobs.report;
