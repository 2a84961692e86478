//! Files in, reports out, one wire shape.
