
go mod vendor
