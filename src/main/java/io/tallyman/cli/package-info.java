/**
 * One class per verb: parse, call one service, print. Holds no logic and is imported by nobody.
 */
@NullMarked
package io.tallyman.cli;

import org.jspecify.annotations.NullMarked;
