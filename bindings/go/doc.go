// Package metra counts in Apache Flink's metric system: counters, gauges, distributions, meters and histograms in one tree
// of scopes, one registry per process for all its languages, carried out by reporters that Flink's keys configure.
//
//	registry, err := metra.NewRegistry(nil)
//	shop, err := registry.Root(metra.RootInfo{Name: "shop"})
//	orders, err := shop.Counter("orders")
//	orders.Inc(1)
//
// Registering fails with an error; updating never does, and on nil does nothing, so that a program may check once or not
// at all. A name that was registered before gives the same metric.
//
// Groups own their metrics. Freeing a handle ends nothing, and forgetting it leaves that to the garbage collector:
// [Group.Close], [Group.Unregister] and [Registry.Close] end metrics. Afterwards updates are as safe as before and count
// for nobody.
//
// The package calls the library libmetra.so.0, which it looks for when it is first needed; see [Load]. Every function may
// be called from any goroutine at any time unless its comment says otherwise.
package metra

//go:generate go run ./internal/generate ../../include/metra.h
