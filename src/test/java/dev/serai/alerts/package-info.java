/** Alerts in the whole application, told to a web server. */
@NullMarked
package dev.serai.alerts;

import org.jspecify.annotations.NullMarked;
