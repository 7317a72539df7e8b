module metra.dev/bindings/go

go 1.21
