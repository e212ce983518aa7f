package dev.bobbin.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Query parameters that a resource method reads itself, beside those that it declares. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface MoreParameters {

    /** Their names, separated by commas. One that ends with a dot stands for every name that begins with it. */
    String value();
}
