package io.tallyman.job;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A real database that sometimes cannot be reached. */
final class UnsteadyDatabase {
    private final DataSource real;
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean away;
    private volatile boolean flickers;

    UnsteadyDatabase(DataSource real) {
        this.real = real;
    }

    void goAway() {
        away = true;
    }

    /** From now on every other connection is refused, the first one too. */
    void flicker() {
        flickers = true;
    }

    DataSource source() {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> {
                    if (method.getName().equals("getConnection")
                            && (away || (flickers && calls.getAndIncrement() % 2 == 0))) {
                        throw new SQLTransientConnectionException("the connection was refused", "08001");
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
