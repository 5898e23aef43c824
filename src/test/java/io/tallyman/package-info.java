/** Tests: unit tests beside their class's package, scenarios in {@code scenario}, rules of the house in {@code house}. */
package io.tallyman;
