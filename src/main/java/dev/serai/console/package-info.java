/** What people reach over HTTP: the page's files, and the operations behind the login. */
@NullMarked
package dev.serai.console;

import org.jspecify.annotations.NullMarked;
