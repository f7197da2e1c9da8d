/** Says what is wrong once when it begins and once when it is over, through a route that anyone can point elsewhere. */
@NullMarked
package dev.serai.alerts;

import org.jspecify.annotations.NullMarked;
