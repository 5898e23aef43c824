package io.tallyman.house;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The items of the fault matrix that a test shows; see {@link FaultMatrixTest}. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface FaultCase {
    int FIRST = 13;
    int LAST = 41;

    int[] value();
}
