// The version that --version and the start record tell; raised with every change of records or options.
#ifndef VERSION_H
#define VERSION_H

#define MARCH_VERSION "1"

#endif
