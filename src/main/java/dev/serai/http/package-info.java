/** What every call to an HTTP source keeps to: time-outs, a size limit, the source's own Retry-After. */
@NullMarked
package dev.serai.http;

import org.jspecify.annotations.NullMarked;
